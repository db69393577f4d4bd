using System.Threading.Channels;
using Akka.Persistence.Sql.Journal.Types;

namespace CallActors.Journal.Writing;

/// <summary>
/// Writes that come together go to the store together: what came while the last transaction was committed goes into the next. Nobody waits for a timer, and a
/// write that the store refuses is refused alone. Deletions take their turn among them, each in a transaction of its own.
/// </summary>
internal sealed class WriteGroups : IAsyncDisposable
{
    private readonly Channel<Write> _waiting = Channel.CreateUnbounded<Write>();
    private readonly CancellationTokenSource _ending = new();
    private readonly IRowWriter _writer;
    private readonly GroupBounds _bounds;
    private readonly Task _writing;

    /// <param name="writer">Is disposed with this.</param>
    /// <param name="atOnce">Transactions that may be under way at a time.</param>
    /// <param name="bounds">Of a transaction, unless one write is beyond them.</param>
    public WriteGroups(IRowWriter writer, int atOnce, GroupBounds bounds)
    {
        _writer = writer;
        _bounds = bounds;
        _writing = Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => WriteAllAsync()));
    }

    /// <summary>A write, or a deletion.</summary>
    /// <param name="Rows">What to write; a deletion has none.</param>
    /// <param name="Deletion">What to delete; a write has none.</param>
    /// <param name="Cancel">Who asked has given up.</param>
    private sealed record Write(JournalRow[] Rows, LogStart? Deletion, CancellationToken Cancel)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Bytes { get; } = Rows.Sum(row => row.Message.Length);

        /// <returns>Whether nobody waits for it, who is told so.</returns>
        public bool IsGivenUp(CancellationToken ending)
        {
            var over = Cancel.IsCancellationRequested ? Cancel : ending;
            return over.IsCancellationRequested && Done.TrySetCanceled(over);
        }
    }

    /// <summary>Done when the rows are on the disk.</summary>
    /// <param name="rows">Of one log, in its order.</param>
    /// <param name="cancel">The write is left out if it has not begun.</param>
    /// <exception cref="ObjectDisposedException">Nothing is written any more.</exception>
    public Task WriteAsync(JournalRow[] rows, CancellationToken cancel) => Queue(new Write(rows, null, cancel));

    /// <summary>
    /// Done when it is gone, see <see cref="IRowWriter.DeleteAsync"/>. It takes its turn like a write: a store of one writer is not kept busy behind the back
    /// of the others.
    /// </summary>
    /// <exception cref="ObjectDisposedException">Nothing is deleted any more.</exception>
    public Task DeleteAsync(string log, long upTo, CancellationToken cancel) => Queue(new Write([], new LogStart(log, upTo), cancel));

    /// <summary>What is under way is written, what has not begun is left out.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _ending.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private Task Queue(Write write)
    {
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite(write), this);
        return write.Done.Task;
    }

    private async Task WriteAllAsync()
    {
        Write? left = null;
        while (left is not null || await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            (var group, left) = NextGroup(left);
            if (group.Count > 0 && await TryAsync(group).ConfigureAwait(false) is { } fault) await SettleAsync(group, fault).ConfigureAwait(false);
        }
    }

    /// <returns>What goes together, and what was taken and is too much for that.</returns>
    private (List<Write> Group, Write? Left) NextGroup(Write? first)
    {
        var group = new List<Write>();
        var (rows, bytes) = (0, 0);
        while (first is not null || _waiting.Reader.TryRead(out first))
        {
            var next = first;
            first = null;
            if (next.IsGivenUp(_ending.Token)) continue;
            (rows, bytes) = (rows + next.Rows.Length, bytes + next.Bytes);
            if (group.Count > 0 && (next.Deletion is not null || !_bounds.Hold(rows, bytes))) return (group, next);
            group.Add(next);
            if (next.Deletion is not null) break;
        }

        return (group, null);
    }

    /// <returns>Null: it is written, and who waited was told.</returns>
    private async Task<Exception?> TryAsync(List<Write> group)
    {
        try
        {
            await CarryOut(group).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return e;
        }

        foreach (var write in group) write.Done.TrySetResult();
        return null;
    }

    private Task CarryOut(List<Write> group) => group switch
    {
        [{ Deletion: { } deletion }] => _writer.DeleteAsync(deletion.Log, deletion.UpTo),
        [var alone] => _writer.WriteAsync(alone.Rows),
        _ => _writer.WriteAsync([.. group.SelectMany(write => write.Rows)]),
    };

    /// <summary>
    /// Where one of a group was refused, none was written, and each is written alone. A fault that is no refusal fails all that is left: a group may have been
    /// committed, and a store that does not answer would keep each of the others waiting in turn.
    /// </summary>
    private async Task SettleAsync(List<Write> group, Exception fault)
    {
        var oneByOne = group.Count > 1 && _writer.IsRefusal(fault);
        foreach (var write in group)
        {
            if (oneByOne)
            {
                if (write.IsGivenUp(_ending.Token) || await TryAsync([write]).ConfigureAwait(false) is not { } own) continue;
                (fault, oneByOne) = (own, _writer.IsRefusal(own));
            }

            write.Done.TrySetException(fault);
        }
    }
}

/// <summary>What a log holds up to a number.</summary>
internal sealed record LogStart(string Log, long UpTo);

/// <summary>How much goes into one transaction.</summary>
/// <param name="MostRows">Of all its writes.</param>
/// <param name="MostBytes">Of their events.</param>
internal readonly record struct GroupBounds(int MostRows, int MostBytes)
{
    public bool Hold(int rows, int bytes) => rows <= MostRows && bytes <= MostBytes;
}
