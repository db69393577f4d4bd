using System.Collections.Immutable;
using Akka.Actor;
using CallActors.Messages;

namespace CallActors.Actors;

/// <summary>What the writer has in hand: at most one batch a call, in the order they came. Plain data; the actor does the talking.</summary>
internal sealed class FlushQueue
{
    private readonly Dictionary<CallId, Entry> _entries = [];
    private readonly LinkedList<Entry> _queue = new();

    /// <summary>A call's batch and how far it has come.</summary>
    public sealed class Entry(DatabaseMessages.FlushBatch batch, IActorRef session)
    {
        public DatabaseMessages.FlushBatch Batch { get; set; } = batch;
        public IActorRef Session { get; set; } = session;

        /// <summary>The transaction it is in now.</summary>
        public Transaction? Transaction { get; set; }

        /// <summary>It is in a transaction now, or is a suspect of one that was refused.</summary>
        public bool UnderWay { get; set; }

        /// <summary>It was in a transaction whose end is not known: only the ledger can tell whether it stands.</summary>
        public bool InDoubt { get; set; }

        /// <summary>Transactions that it was in and that failed, of whosever fault.</summary>
        public int Failures { get; set; }

        /// <summary>A later version that came while this one was under way.</summary>
        public DatabaseMessages.FlushBatch? Successor { get; set; }
    }

    /// <summary>A group on its way to the database, which may take so long and no longer.</summary>
    public sealed class Transaction : IDisposable
    {
        private readonly CancellationTokenSource _limit;
        private readonly Lock _disposing = new();
        private bool _isOver;

        public Transaction(ImmutableArray<Entry> group, TimeSpan timeout, CancellationToken stopping)
        {
            _limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            _limit.CancelAfter(timeout);
            Token = _limit.Token;
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

    public int Waiting => _queue.Count;

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
        if (!IsLater(batch, entry.Successor ?? entry.Batch)) return Taken.Known;
        if (entry.UnderWay || entry.InDoubt)
        {
            entry.Successor = batch;
            return Taken.Deferred;
        }

        entry.Batch = batch;
        return Taken.Replaced;
    }

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
            size += (first.Value.Successor ?? first.Value.Batch).Record.TextBytes;
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
        if (entry.InDoubt || entry.Successor is not { } successor) return false;
        entry.Batch = successor;
        entry.Successor = null;
        return true;
    }

    /// <summary>An entry that rested outside the queue, under way again and alone.</summary>
    public static ImmutableArray<Entry> Alone(Entry entry)
    {
        Start(entry);
        return [entry];
    }

    public void Forget(Entry entry)
    {
        // A snapshot that was written is behind us; the final batch that came meanwhile still waits for its turn.
        if (!entry.Batch.Record.Final && entry.Successor is { } final)
        {
            entry.Batch = final;
            entry.Successor = null;
            entry.UnderWay = entry.InDoubt = false;
            entry.Transaction = null;
            _queue.AddLast(entry);
            return;
        }

        _entries.Remove(entry.Batch.CallId);
    }

    /// <summary>The end is later than any snapshot, whoever counted the attempts: a session that was started again counts anew.</summary>
    private static bool IsLater(DatabaseMessages.FlushBatch batch, DatabaseMessages.FlushBatch than) =>
        batch.Record.Final == than.Record.Final ? batch.Attempt > than.Attempt : batch.Record.Final;

    private static void Start(Entry entry)
    {
        entry.UnderWay = true;
        if (entry.Successor is not { } successor) return;
        entry.Batch = successor;
        entry.Successor = null;
    }
}
