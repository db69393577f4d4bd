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
        var first = groups.WriteAsync([Row("a")], default);
        await _writer.BegunAsync(1);
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
        var first = groups.WriteAsync([Row("a")], default);
        await _writer.BegunAsync(1);
        Task[] later = [groups.WriteAsync([Row("b"), Row("b"), Row("b")], default), groups.WriteAsync([Row("c")], default), groups.WriteAsync([.. Enumerable.Repeat(Row("d"), 9)], default), groups.WriteAsync([Row("e")], default)];
        _writer.LetGo();

        await Task.WhenAll([first, .. later]).WaitAsync(Patience);
        Assert.Equal(["a", "b b b c", "d d d d d d d d d", "e"], _writer.Written);
    }

    [Fact]
    public async Task Several_are_under_way_at_a_time_where_the_store_takes_them()
    {
        await using var groups = Groups(atOnce: 2);
        var first = groups.WriteAsync([Row("a")], default);
        await _writer.BegunAsync(1);
        var second = groups.WriteAsync([Row("b")], default);
        await _writer.BegunAsync(2);
        _writer.LetGo();
        await Task.WhenAll(first, second).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_write_that_is_refused_is_so_alone()
    {
        await using var groups = Groups();
        var first = groups.WriteAsync([Row("a")], default);
        await _writer.BegunAsync(1);
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
        var first = groups.WriteAsync([Row("a")], default);
        await _writer.BegunAsync(1);
        Task[] later = [groups.WriteAsync([Row("b")], default), groups.WriteAsync([Row("lost")], default)];
        _writer.LetGo();

        foreach (var write in later) Assert.Equal("the answer to lost", (await Assert.ThrowsAsync<IOException>(() => write.WaitAsync(Patience))).Message);
        await groups.WriteAsync([Row("c")], default).WaitAsync(Patience);
        Assert.Equal(["a", "c"], _writer.Written);
        Assert.Equal(3, _writer.Begun);
        await first;
    }

    [Fact]
    public async Task Who_gave_up_before_it_began_is_left_out()
    {
        await using var groups = Groups();
        using var patience = new CancellationTokenSource();
        var first = groups.WriteAsync([Row("a")], default);
        await _writer.BegunAsync(1);
        var givenUp = groups.WriteAsync([Row("b")], patience.Token);
        var next = groups.WriteAsync([Row("c")], default);
        await patience.CancelAsync();
        _writer.LetGo();

        await Task.WhenAll(first, next).WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.WaitAsync(Patience));
        Assert.Equal(["a", "c"], _writer.Written);
    }

    [Fact]
    public async Task What_was_handed_over_is_written_before_it_ends_and_nothing_after()
    {
        var groups = Groups();
        Task[] writes = [groups.WriteAsync([Row("a")], default), groups.WriteAsync([Row("b")], default)];
        var ended = groups.DisposeAsync().AsTask();
        Assert.Throws<ObjectDisposedException>(() => { _ = groups.WriteAsync([Row("c")], default); });
        Assert.False(_writer.IsDisposed);
        _writer.LetGo();

        await Task.WhenAll([ended, .. writes]).WaitAsync(Patience);
        Assert.Equal("a b", string.Join(' ', _writer.Written));
        Assert.True(_writer.IsDisposed);
    }

    private WriteGroups Groups(int atOnce = 1) => new(_writer, atOnce, mostRows: 4);

    private static JournalRow Row(string log) => new() { PersistenceId = log };

    private sealed class Refusal : Exception;

    /// <summary>Writes nothing before it is let go, and then all it is given but a row that is to be refused, or whose answer is to be lost.</summary>
    private sealed class HeldWriter : IRowWriter
    {
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _begins = new(0);
        private readonly Lock _gate = new();
        private readonly List<string> _written = [];
        private int _begun;

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
            if (rows.Any(row => row.PersistenceId == "refused")) throw new Refusal();
            if (rows.Any(row => row.PersistenceId == "lost")) throw new IOException("the answer to lost");
            lock (_gate) _written.Add(string.Join(' ', rows.Select(row => row.PersistenceId)));
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
