using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Akka.Actor;
using CallActors.Messages;

namespace CallActors.Actors;

/// <summary>What the writer has in hand: at most one batch a call, in the order they came. Plain data; the actor does the talking.</summary>
internal sealed partial class FlushQueue
{
    /// <summary>So many that have to wait for others are passed by, at the most, to find some that need not.</summary>
    internal const int MostLeft = 500;
    private readonly Dictionary<CallId, Entry> _entries = [];
    private readonly LinkedList<Entry> _queue = new();

    /// <summary>Customers' numbers of what is under way, and how many entries have each.</summary>
    private readonly Dictionary<string, int> _numbersUnderWay = [];

    /// <summary>How many entries of the queue were withdrawn: they are passed over when their turn comes.</summary>
    private int _withdrawn;

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

        // Whatever was withdrawn under way, this is wanted.
        entry.IsWithdrawn = false;
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
    public Entry? SnapshotUnderWay(CallId call) =>
        _entries.TryGetValue(call, out var entry) && entry is { UnderWay: true, Batch.Record.Final: false } ? entry : null;

    /// <summary>An entry that was withdrawn is in the queue still.</summary>
    public void PassOver() => _withdrawn++;

    /// <summary>Where this call's batch is in a transaction: the two of them.</summary>
    public (Entry Entry, Transaction Transaction)? TransactionOf(CallId call) =>
        _entries.TryGetValue(call, out var entry) && entry is { UnderWay: true, Transaction: { } transaction } ? (entry, transaction) : null;

    /// <summary>
    /// The next group, taken off the queue and marked under way. Calls whose number is under way in another transaction are left for a later one: they write
    /// the same lead, so the whole second group would wait for its row. So calls of one number are as a rule written in the order in which they came, too. A
    /// snapshot is not left: somebody waits for it.
    /// </summary>
    /// <param name="bound">Calls at the most.</param>
    /// <param name="bytes">Bytes of text at the most; the first one is taken whatever it has.</param>
    public ImmutableArray<Entry> NextGroup(int bound, int bytes)
    {
        var group = ImmutableArray.CreateBuilder<Entry>(Math.Min(bound, _queue.Count));
        var size = 0L;
        var left = 0;
        for (var (node, next) = (_queue.First, _queue.First?.Next); node is not null && group.Count < bound
            && left < MostLeft; (node, next) = (next, next?.Next))
        {
            if (node.Value.IsWithdrawn)
            {
                _queue.Remove(node);
                _withdrawn--;
                continue;
            }

            if (node.Value is { Number: { } number, Newest.Record.Final: true } && _numbersUnderWay.ContainsKey(number))
            {
                left++;
                continue;
            }

            size += node.Value.Newest.Record.TextBytes;
            if (group.Count > 0 && size > bytes) break;
            _queue.Remove(node);
            group.Add(node.Value);
        }

        // Not before: calls of one number may be in one group.
        foreach (var entry in group) Start(entry);
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
    public bool Rest(Entry entry, bool inDoubt)
    {
        Stop(entry);
        entry.InDoubt |= inDoubt;
        return !entry.InDoubt && entry.Promote();
    }

    /// <summary>An entry that rested outside the queue, under way again and alone.</summary>
    public ImmutableArray<Entry> Alone(Entry entry)
    {
        Start(entry);
        return [entry];
    }

    /// <summary>An entry is settled.</summary>
    /// <returns>True: the call has another batch, which is queued now.</returns>
    public bool Forget(Entry entry)
    {
        Stop(entry);

        // A snapshot that was written is behind us; the final batch that came meanwhile still waits for its turn, unless it is written elsewhere by now.
        if (!entry.IsWithdrawn && !entry.Batch.Record.Final && entry.Promote())
        {
            entry.InDoubt = false;
            _queue.AddLast(entry);
            return true;
        }

        _entries.Remove(entry.Batch.CallId);
        return false;
    }

    private void Start(Entry entry)
    {
        if (!entry.UnderWay && entry.Number is { } number) _numbersUnderWay[number] = _numbersUnderWay.GetValueOrDefault(number) + 1;
        entry.UnderWay = true;
        entry.Promote();
    }

    private void Stop(Entry entry)
    {
        if (entry.UnderWay && entry.Number is { } number && --CollectionsMarshal.GetValueRefOrNullRef(_numbersUnderWay, number) == 0)
            _numbersUnderWay.Remove(number);
        entry.UnderWay = false;
        entry.Transaction = null;
    }
}
