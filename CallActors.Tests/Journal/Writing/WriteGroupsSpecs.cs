using Akka.Persistence.Sql.Journal.Types;
using CallActors.Journal.Writing;

namespace CallActors.Tests.Journal.Writing;

/// <summary>What goes into a transaction, and who hears what of it.</summary>
public sealed class WriteGroupsSpecs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly HeldWriter _writer = new();

    [Fact]
    public async Task What_comes_while_one_is_under_way_goes_together_in_the_next()
    {
        await using var groups = Groups();
        var first = await UnderWayAsync(groups);
        Task[] later = [groups.WriteAsync([Row("b"), Row("b2")], default), groups.WriteAsync([Row("c")], default)];
        Assert.False(first.IsCompleted);
        _writer.LetGo();

        await Task.WhenAll([first, .. later]).WaitAsync(Patience);
        Assert.Equal(["a", "b b2 c"], _writer.Written);
    }

    [Fact]
    public async Task A_group_has_no_more_rows_than_it_may_unless_one_write_has()
    {
        await using var groups = Groups();
        var first = await UnderWayAsync(groups);
        Task[] later = [groups.WriteAsync([Row("b"), Row("b"), Row("b")], default), groups.WriteAsync([Row("c")], default),
            groups.WriteAsync([.. Enumerable.Repeat(Row("d"), 9)], default), groups.WriteAsync([Row("e")], default)];
        _writer.LetGo();

        await Task.WhenAll([first, .. later]).WaitAsync(Patience);
        Assert.Equal(["a", "b b b c", "d d d d d d d d d", "e"], _writer.Written);
    }

    [Fact]
    public async Task A_group_has_no_more_bytes_than_it_may_unless_one_write_has()
    {
        await using var groups = Groups();
        var first = await UnderWayAsync(groups);
        Task[] later = [groups.WriteAsync([Row("b", 60)], default), groups.WriteAsync([Row("c", 40)], default), groups.WriteAsync([Row("d", 1)], default),
            groups.WriteAsync([Row("e", 500)], default)];
        _writer.LetGo();

        await Task.WhenAll([first, .. later]).WaitAsync(Patience);
        Assert.Equal(["a", "b c", "d", "e"], _writer.Written);
    }

    [Fact]
    public async Task Several_are_under_way_at_a_time_where_the_store_takes_them()
    {
        await using var groups = Groups(atOnce: 2);
        var first = await UnderWayAsync(groups);
        var second = groups.WriteAsync([Row("b")], default);
        await _writer.BegunAsync(2);
        _writer.LetGo();
        await Task.WhenAll(first, second).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_write_that_is_refused_is_so_alone()
    {
        await using var groups = Groups();
        var first = await UnderWayAsync(groups);
        Task[] later = [groups.WriteAsync([Row("b")], default), groups.WriteAsync([Row("refused")], default), groups.WriteAsync([Row("c")], default)];
        _writer.LetGo();

        await Task.WhenAll(first, later[0], later[2]).WaitAsync(Patience);
        await Assert.ThrowsAsync<Refusal>(() => later[1].WaitAsync(Patience));
        Assert.Equal(["a", "b", "c"], _writer.Written);
    }

    [Fact]
    public async Task What_may_have_been_written_is_not_written_again()
    {
        await using var groups = Groups();
        var first = await UnderWayAsync(groups);
        Task[] later = [groups.WriteAsync([Row("b")], default), groups.WriteAsync([Row("lost")], default)];
        _writer.LetGo();

        foreach (var write in later) Assert.Equal("the answer to lost", (await Assert.ThrowsAsync<IOException>(() => write.WaitAsync(Patience))).Message);
        await groups.WriteAsync([Row("c")], default).WaitAsync(Patience);
        Assert.Equal(["a", "c"], _writer.Written);
        Assert.Equal(3, _writer.Begun);
        await first;
    }

    [Fact]
    public async Task A_store_that_fails_after_a_refusal_is_not_asked_for_each_that_is_left()
    {
        await using var groups = Groups();
        var first = await UnderWayAsync(groups);
        Task[] later = [groups.WriteAsync([Row("refused")], default), groups.WriteAsync([Row("b")], default), groups.WriteAsync([Row("lost")], default),
            groups.WriteAsync([Row("c")], default)];
        _writer.LetGo();

        await Task.WhenAll(first, later[1]).WaitAsync(Patience);
        await Assert.ThrowsAsync<Refusal>(() => later[0].WaitAsync(Patience));
        foreach (var write in later[2..]) await Assert.ThrowsAsync<IOException>(() => write.WaitAsync(Patience));
        Assert.Equal(["a", "b"], _writer.Written);
        Assert.Equal(5, _writer.Begun);
    }

    [Fact]
    public async Task Who_gave_up_while_another_was_refused_is_left_out()
    {
        await using var groups = Groups();
        using var patience = new CancellationTokenSource();
        var first = await UnderWayAsync(groups);
        Task[] later = [groups.WriteAsync([Row("refused")], default), groups.WriteAsync([Row("b")], patience.Token)];
        _writer.BeforeRefusing = patience.Cancel;
        _writer.LetGo();

        await first.WaitAsync(Patience);
        await Assert.ThrowsAsync<Refusal>(() => later[0].WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => later[1].WaitAsync(Patience));
        Assert.Equal(["a"], _writer.Written);
    }

    [Fact]
    public async Task Who_gave_up_before_it_began_is_left_out()
    {
        await using var groups = Groups();
        using var patience = new CancellationTokenSource();
        var first = await UnderWayAsync(groups);
        var givenUp = groups.WriteAsync([Row("b")], patience.Token);
        var next = groups.WriteAsync([Row("c")], default);
        await patience.CancelAsync();
        _writer.LetGo();

        await Task.WhenAll(first, next).WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.WaitAsync(Patience));
        Assert.Equal(["a", "c"], _writer.Written);
    }

    [Fact]
    public async Task At_the_end_what_is_under_way_is_written_and_nothing_after()
    {
        var groups = Groups();
        var underWay = await UnderWayAsync(groups);
        var waits = groups.WriteAsync([Row("b")], default);
        var ended = groups.DisposeAsync().AsTask();
        Assert.Throws<ObjectDisposedException>(() => { _ = groups.WriteAsync([Row("c")], default); });
        Assert.False(_writer.IsDisposed);
        _writer.LetGo();

        await Task.WhenAll(ended, underWay).WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits.WaitAsync(Patience));
        Assert.Equal(["a"], _writer.Written);
        Assert.True(_writer.IsDisposed);
    }

    [Fact]
    public async Task A_deletion_takes_its_turn_alone()
    {
        await using var groups = Groups();
        var first = await UnderWayAsync(groups);
        Task[] later =
        [
            groups.WriteAsync([Row("b")], default), groups.DeleteAsync("c", 7, default), groups.DeleteAsync("d", 8, default),
            groups.WriteAsync([Row("e")], default), groups.WriteAsync([Row("f")], default),
        ];
        _writer.LetGo();

        await Task.WhenAll([first, .. later]).WaitAsync(Patience);
        Assert.Equal(["a", "b", "-c 7", "-d 8", "e f"], _writer.Written);
    }

    [Fact]
    public async Task A_deletion_that_fails_does_so_alone()
    {
        await using var groups = Groups();
        var first = await UnderWayAsync(groups);
        Task[] later = [groups.DeleteAsync("lost", 7, default), groups.WriteAsync([Row("b")], default)];
        _writer.LetGo();

        await Task.WhenAll(first, later[1]).WaitAsync(Patience);
        await Assert.ThrowsAsync<IOException>(() => later[0].WaitAsync(Patience));
        Assert.Equal(["a", "b"], _writer.Written);
    }

    private WriteGroups Groups(int atOnce = 1) => new(_writer, atOnce, new GroupBounds(MostRows: 4, MostBytes: 100));

    /// <summary>The first write, which the store is at when this returns; what is asked for then waits.</summary>
    private async Task<Task> UnderWayAsync(WriteGroups groups)
    {
        var first = groups.WriteAsync([Row("a")], default);
        await _writer.BegunAsync(1);
        return first;
    }

    private static JournalRow Row(string log, int bytes = 1) => new() { PersistenceId = log, Message = new byte[bytes] };

    private sealed class Refusal : Exception;

    /// <summary>Writes nothing before it is let go, and then all it is given but a row that is to be refused, or whose answer is to be lost.</summary>
    private sealed class HeldWriter : IRowWriter
    {
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _begins = new(0);
        private readonly Lock _gate = new();
        private readonly List<string> _written = [];
        private int _begun;

        public Action BeforeRefusing { get; set; } = () => { };

        public bool IsDisposed { get; private set; }

        public int Begun => Volatile.Read(ref _begun);

        public string[] Written
        {
            get
            {
                lock (_gate) return [.. _written];
            }
        }

        public void LetGo() => _letGo.SetResult();

        /// <summary>Waits until so many writes have begun.</summary>
        public async Task BegunAsync(int count)
        {
            while (Begun < count) Assert.True(await _begins.WaitAsync(Patience));
        }

        public bool IsRefusal(Exception fault) => fault is Refusal;

        public async Task WriteAsync(IReadOnlyList<JournalRow> rows)
        {
            Interlocked.Increment(ref _begun);
            _begins.Release();
            await _letGo.Task;
            if (rows.Any(row => row.PersistenceId == "refused"))
            {
                BeforeRefusing();
                throw new Refusal();
            }

            if (rows.Any(row => row.PersistenceId == "lost")) throw new IOException("the answer to lost");
            lock (_gate) _written.Add(string.Join(' ', rows.Select(row => row.PersistenceId)));
        }

        public async Task DeleteAsync(string log, long upTo)
        {
            await _letGo.Task;
            if (log == "lost") throw new IOException("the answer to lost");
            lock (_gate) _written.Add($"-{log} {upTo}");
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
