using System.Threading.Channels;
using Akka.Persistence.Sql.Journal.Types;

namespace CallActors.Journal.Writing;

/// <summary>
/// Writes that come together go to the store together: what came while the last transaction was committed goes into the next. Nobody waits for a timer, and
/// nobody's write fails for another's.
/// </summary>
internal sealed class WriteGroups : IAsyncDisposable
{
    private readonly Channel<Write> _waiting = Channel.CreateUnbounded<Write>();
    private readonly IRowWriter _writer;
    private readonly int _mostRows;
    private readonly Task _writing;

    /// <param name="writer">Is disposed with this.</param>
    /// <param name="atOnce">Transactions that may be under way at a time.</param>
    /// <param name="mostRows">Rows of a transaction, unless one write has more.</param>
    public WriteGroups(IRowWriter writer, int atOnce, int mostRows)
    {
        _writer = writer;
        _mostRows = mostRows;
        _writing = Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => WriteAllAsync()));
    }

    private sealed record Write(JournalRow[] Rows, CancellationToken Cancel)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Done when the rows are on the disk.</summary>
    /// <param name="rows">Of one log, in its order.</param>
    /// <param name="cancel">The write is left out if it has not begun.</param>
    /// <exception cref="ObjectDisposedException">Nothing is written any more.</exception>
    public Task WriteAsync(JournalRow[] rows, CancellationToken cancel)
    {
        var write = new Write(rows, cancel);
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite(write), this);
        return write.Done.Task;
    }

    /// <summary>What was handed over before is written.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteAllAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var group = NextGroup();
            if (group.Count == 0) continue;
            if (await TryAsync(group).ConfigureAwait(false) is not { } fault) continue;
            if (group.Count == 1 || !_writer.IsRefusal(fault)) Fail(group, fault);
            else foreach (var write in group) if (await TryAsync([write]).ConfigureAwait(false) is { } own) Fail([write], own);
        }
    }

    private List<Write> NextGroup()
    {
        var group = new List<Write>();
        var rows = 0;
        while (_waiting.Reader.TryPeek(out var next) && (rows == 0 || rows + next.Rows.Length <= _mostRows) && _waiting.Reader.TryRead(out next))
        {
            if (next.Cancel.IsCancellationRequested)
            {
                next.Done.TrySetCanceled(next.Cancel);
                continue;
            }

            group.Add(next);
            rows += next.Rows.Length;
        }

        return group;
    }

    /// <returns>Null: it is written, and who waited was told.</returns>
    private async Task<Exception?> TryAsync(List<Write> group)
    {
        try
        {
            await _writer.WriteAsync(group.Count == 1 ? group[0].Rows : [.. group.SelectMany(write => write.Rows)]).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return e;
        }

        foreach (var write in group) write.Done.TrySetResult();
        return null;
    }

    private static void Fail(List<Write> group, Exception fault)
    {
        foreach (var write in group) write.Done.TrySetException(fault);
    }
}
