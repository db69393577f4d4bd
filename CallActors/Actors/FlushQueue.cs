using System.Collections.Immutable;
using Akka.Actor;
using CallActors.Messages;

namespace CallActors.Actors;

/// <summary>What the writer has in hand: at most one batch a call, in the order they came. Plain data; the actor does the talking.</summary>
internal sealed class FlushQueue
{
    private readonly Dictionary<CallId, Entry> _entries = [];
    private readonly LinkedList<Entry> _queue = new();

    /// <summary>How many entries of the queue were withdrawn: they are passed over when their turn comes.</summary>
    private int _withdrawn;

    /// <summary>A call's batch and how far it has come.</summary>
    public sealed class Entry(DatabaseMessages.FlushBatch batch, IActorRef session)
    {
        private IActorRef _batchBy = session;
        private IActorRef? _successorBy;

        public DatabaseMessages.FlushBatch Batch { get; private set; } = batch;

        /// <summary>Whom it is told: the call's newest session.</summary>
        public IActorRef Session { get; set; } = session;

        /// <summary>The number the newest session gave the batch; 0: the batch is one of a session before it, whose numbers are its own.</summary>
        public int Attempt => _batchBy.Equals(Session) ? Batch.Attempt : 0;

        /// <summary>The transaction it is in now.</summary>
        public Transaction? Transaction { get; set; }

        /// <summary>It is in a transaction now, or is a suspect of one that was refused.</summary>
        public bool UnderWay { get; set; }

        /// <summary>It was in a transaction whose end is not known: only the ledger can tell whether it stands.</summary>
        public bool InDoubt { get; set; }

        /// <summary>Transactions that it was in and that failed, of whosever fault.</summary>
        public int Failures { get; set; }

        /// <summary>A later version that came while this one was under way.</summary>
        public DatabaseMessages.FlushBatch? Successor { get; private set; }

        /// <summary>The call goes on elsewhere, and its batch with it; or nobody waits for this snapshot any more.</summary>
        public bool IsWithdrawn { get; set; }

        /// <summary>The version that is to be written.</summary>
        public DatabaseMessages.FlushBatch Newest => Successor ?? Batch;

        /// <summary>
        /// The end is later than any snapshot. Otherwise its session's number says which is later; a session that was started again counts anew, and knows best: what it says, if it
        /// is not the same, has been decided since.
        /// </summary>
        public bool IsBefore(DatabaseMessages.FlushBatch batch, IActorRef by)
        {
            if (batch.Record.Final != Newest.Record.Final) return batch.Record.Final;
            return by.Equals(Successor is null ? _batchBy : _successorBy) ? batch.Attempt > Newest.Attempt : batch.Record != Newest.Record;
        }

        public void Replace(DatabaseMessages.FlushBatch batch, IActorRef by) => (Batch, _batchBy) = (batch, by);

        public void Follow(DatabaseMessages.FlushBatch batch, IActorRef by) => (Successor, _successorBy) = (batch, by);

        /// <summary>The later version takes the place of the one that came to nothing, or is behind us.</summary>
        /// <returns>False: there is none.</returns>
        public bool Promote()
        {
            if (Successor is not { } successor) return false;
            Replace(successor, _successorBy!);
            (Successor, _successorBy) = (null, null);
            return true;
        }
    }

    /// <summary>A group on its way to the database, which may take so long and no longer.</summary>
    public sealed class Transaction : IDisposable
    {
        private readonly CancellationTokenSource _limit;
        private readonly Lock _disposing = new();
        private readonly bool _isOfSnapshots;
        private bool _isOver;

        public Transaction(ImmutableArray<Entry> group, TimeSpan timeout, CancellationToken stopping)
        {
            _limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            _limit.CancelAfter(timeout);
            Token = _limit.Token;
            _isOfSnapshots = group.All(entry => !entry.Batch.Record.Final);
            foreach (var entry in group) entry.Transaction = this;
        }

        public CancellationToken Token { get; }

        public void GiveUpIfStillFor(Entry entry)
        {
            lock (_disposing)
            {
                if (!_isOver && ReferenceEquals(entry.Transaction, this)) _limit.Cancel();
            }
        }

        /// <summary>Nobody waits for this snapshot any more. Calls that have ended are not to be written later for that.</summary>
        public void GiveUpIfOfSnapshots(Entry entry)
        {
            if (_isOfSnapshots) GiveUpIfStillFor(entry);
        }

        public void Dispose()
        {
            lock (_disposing) _isOver = true;
            _limit.Dispose();
        }
    }

    /// <summary>What became of a batch that was handed over.</summary>
    public enum Taken
    {
        Queued,

        /// <summary>It took the place of an earlier version that no transaction had seen.</summary>
        Replaced,

        /// <summary>An earlier version is, or may be, in a transaction; which one stands will be told with its end.</summary>
        Deferred,

        /// <summary>It was here already.</summary>
        Known,
    }

    public int Waiting => _queue.Count - _withdrawn;

    public Taken Take(DatabaseMessages.FlushBatch batch, IActorRef session)
    {
        if (!_entries.TryGetValue(batch.CallId, out var entry))
        {
            entry = new Entry(batch, session);
            _entries[batch.CallId] = entry;
            _queue.AddLast(entry);
            return Taken.Queued;
        }

        entry.Session = session;
        if (!entry.IsBefore(batch, session)) return Taken.Known;
        if (entry.UnderWay || entry.InDoubt)
        {
            entry.Follow(batch, session);
            return Taken.Deferred;
        }

        entry.Replace(batch, session);
        return Taken.Replaced;
    }

    /// <summary>Takes a call's batch out, if no transaction has seen it.</summary>
    /// <returns>The entry, withdrawn; null: it is, or may be, in a transaction, or there is none.</returns>
    public Entry? Withdraw(CallId call)
    {
        if (!_entries.TryGetValue(call, out var entry) || entry.UnderWay || entry.InDoubt) return null;
        _entries.Remove(call);
        entry.IsWithdrawn = true;
        return entry;
    }

    /// <summary>This call's snapshot, where it is in a transaction or a suspect of one.</summary>
    public Entry? SnapshotUnderWay(CallId call) => _entries.TryGetValue(call, out var entry) && entry is { UnderWay: true, Batch.Record.Final: false } ? entry : null;

    /// <summary>An entry that was withdrawn is in the queue still.</summary>
    public void PassOver() => _withdrawn++;

    /// <summary>Where this call's batch is in a transaction: the two of them.</summary>
    public (Entry Entry, Transaction Transaction)? TransactionOf(CallId call) =>
        _entries.TryGetValue(call, out var entry) && entry is { UnderWay: true, Transaction: { } transaction } ? (entry, transaction) : null;

    /// <summary>The next group, taken off the queue and marked under way.</summary>
    /// <param name="bound">Calls at the most.</param>
    /// <param name="bytes">Bytes of text at the most; the first one is taken whatever it has.</param>
    public ImmutableArray<Entry> NextGroup(int bound, int bytes)
    {
        var group = ImmutableArray.CreateBuilder<Entry>(Math.Min(bound, _queue.Count));
        var size = 0L;
        while (group.Count < bound && _queue.First is { } first)
        {
            if (first.Value.IsWithdrawn)
            {
                _queue.RemoveFirst();
                _withdrawn--;
                continue;
            }

            size += first.Value.Newest.Record.TextBytes;
            if (group.Count > 0 && size > bytes) break;
            _queue.RemoveFirst();
            Start(first.Value);
            group.Add(first.Value);
        }

        return group.ToImmutable();
    }

    /// <summary>Puts entries of a transaction that came to nothing, or to nothing known, back to the front.</summary>
    /// <returns>Those whose later version now stands in the place of the one that came to nothing.</returns>
    public ImmutableArray<Entry> PutBack(ImmutableArray<Entry> group, bool inDoubt)
    {
        for (var i = group.Length - 1; i >= 0; i--) _queue.AddFirst(group[i]);
        return [.. group.Where(entry => Rest(entry, inDoubt))];
    }

    /// <summary>An entry of a transaction that came to nothing, or to nothing known, is under way no more.</summary>
    /// <returns>Whether its later version now stands in the place of the one that came to nothing.</returns>
    public static bool Rest(Entry entry, bool inDoubt)
    {
        entry.UnderWay = false;
        entry.Transaction = null;
        entry.InDoubt |= inDoubt;
        return !entry.InDoubt && entry.Promote();
    }

    /// <summary>An entry that rested outside the queue, under way again and alone.</summary>
    public static ImmutableArray<Entry> Alone(Entry entry)
    {
        Start(entry);
        return [entry];
    }

    /// <summary>An entry is settled.</summary>
    /// <returns>True: the call has another batch, which is queued now.</returns>
    public bool Forget(Entry entry)
    {
        // A snapshot that was written is behind us; the final batch that came meanwhile still waits for its turn.
        if (!entry.Batch.Record.Final && entry.Promote())
        {
            entry.UnderWay = entry.InDoubt = false;
            entry.Transaction = null;
            _queue.AddLast(entry);
            return true;
        }

        _entries.Remove(entry.Batch.CallId);
        return false;
    }

    private static void Start(Entry entry)
    {
        entry.UnderWay = true;
        entry.Promote();
    }
}
