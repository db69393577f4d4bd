using System.Collections.Immutable;

namespace CallActors.Actors;

/// <summary>
/// What is tried apart from the queue: parts of groups that failed, and calls that stand alone since they cannot be written while others can. Plain data; the
/// actor does the talking. Each try may wait for somebody's lock until its time is up, so the queue keeps one transaction for itself or, where there is but
/// one, every second turn.
/// </summary>
internal sealed class FlushRetries(FlushQueue queue, int transactionsInFlight)
{
    /// <summary>So many calls are set apart, and not one is written meanwhile: then it is the database's fault, and no call's.</summary>
    internal const int MostAlone = 16;
    private readonly Stack<Retry> _parts = new();
    private readonly HashSet<FlushQueue.Entry> _alone = [];
    private readonly Queue<FlushQueue.Entry> _due = new();
    private int _underWay;
    private readonly HashSet<FlushQueue.Entry> _aloneSinceCommit = [];
    private bool _hadLastTurn;

    /// <summary>A group that is tried apart.</summary>
    /// <param name="Group">Marked as under way in the queue.</param>
    /// <param name="Limit">How long its transaction may take; null: as long as any.</param>
    public readonly record struct Retry(ImmutableArray<FlushQueue.Entry> Group, TimeSpan? Limit);

    /// <summary>Transactions of retries that have not ended.</summary>
    public int UnderWay => _underWay;

    /// <summary>Whether a failure may be one call's fault still.</summary>
    public bool MayBeOneCalls => _aloneSinceCommit.Count < MostAlone;

    /// <summary>A part of a group that failed; it is tried before those that were set aside earlier.</summary>
    public void Add(ImmutableArray<FlushQueue.Entry> part, TimeSpan? limit) => _parts.Push(new Retry(part, limit));

    /// <summary>A call stands alone, and is tried when it is due.</summary>
    public void Alone(FlushQueue.Entry entry)
    {
        _alone.Add(entry);
        _aloneSinceCommit.Add(entry);
    }

    /// <summary>A call that stands alone has waited long enough.</summary>
    public void Due(FlushQueue.Entry entry)
    {
        if (_alone.Contains(entry) && !_due.Contains(entry)) _due.Enqueue(entry);
    }

    /// <summary>All calls that stand alone are due.</summary>
    public void AllDue()
    {
        foreach (var entry in _alone) Due(entry);
    }

    /// <summary>A call that stood alone was withdrawn.</summary>
    /// <returns>False: it did not stand alone.</returns>
    public bool Withdraw(FlushQueue.Entry entry) => _alone.Remove(entry);

    /// <summary>Something was written: the database is not at fault.</summary>
    public void Committed() => _aloneSinceCommit.Clear();

    /// <summary>What is to be tried now, marked as under way.</summary>
    /// <param name="queueIsDue">Whether a group of the queue would go otherwise.</param>
    /// <param name="limitOf">How long a call that stands alone may be tried.</param>
    /// <returns>Null: nothing, or it is the queue's turn.</returns>
    public Retry? Next(bool queueIsDue, Func<FlushQueue.Entry, TimeSpan> limitOf)
    {
        if (transactionsInFlight > 1 ? _underWay >= transactionsInFlight - 1 : queueIsDue && _hadLastTurn) return null;
        if (_parts.TryPop(out var part)) return part;
        while (_due.TryDequeue(out var entry))
            if (_alone.Remove(entry)) return new Retry(queue.Alone(entry), limitOf(entry));
        return null;
    }

    /// <summary>The queue had its turn and nothing to send: what it has is of numbers that parts set aside hold.</summary>
    /// <returns>Whether there is something to try in its place.</returns>
    public bool TakeTurn()
    {
        if (!_hadLastTurn) return false;
        _hadLastTurn = false;
        return _parts.Count > 0 || _due.Count > 0;
    }

    /// <summary>A transaction was begun.</summary>
    public void Began(bool isRetry)
    {
        _hadLastTurn = isRetry;
        if (isRetry) _underWay++;
    }

    /// <summary>A transaction has ended, however.</summary>
    public void Ended(bool isRetry)
    {
        if (isRetry) _underWay--;
    }
}
