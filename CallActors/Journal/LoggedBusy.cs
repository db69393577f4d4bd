using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Journal.Wire;
using CallActors.Messages;

namespace CallActors.Journal;

/// <summary>
/// Which businesses' appointments the log of one partition holds, and where. A call that goes on from the log loads nothing, so what its business's slots are
/// found by has to be there, too: whoever refers to a business brings what its node knows of it, once for each change. Not thread-safe: it belongs to the actor
/// that writes the log.
/// </summary>
/// <param name="known">What the node knows; what is read from the log goes there.</param>
internal sealed class LoggedBusy(BusyBook known)
{
    private readonly Dictionary<BusinessId, Standing> _standing = [];
    private readonly List<BusinessId> _underWay = [];
    private long _forgottenUpTo;

    /// <summary>
    /// Brings what is known of the businesses some facts refer to, where the log does not hold it. It counts as held from <see cref="Written"/> on; a write
    /// that fails leaves it to the next one. An empty list is brought, too: it takes the place of a longer one, which may stand in the log of another partition
    /// that the same node reads.
    /// </summary>
    /// <param name="facts">What is written with it.</param>
    /// <param name="toWrite">Gets what is brought.</param>
    /// <returns>Bytes that were added.</returns>
    public int Bring(ImmutableArray<CallFact> facts, ICollection<BusyEntry> toWrite)
    {
        var bytes = 0;
        foreach (var fact in facts)
            if (BusinessOf(fact) is { } business) bytes += Bring(business, toWrite);
        return bytes;
    }

    /// <summary>The same, of one business.</summary>
    public int Bring(BusinessId business, ICollection<BusyEntry> toWrite)
    {
        if (known.Find(business) is not { } now) return 0;
        // Not by value: of a list that was replaced and came back, the log would say only when it was first seen, and the one in between, which another
        // partition's log may hold, would be the newest that is read. That the same list was only seen once more is not written: an earlier time makes nobody
        // trust it too far.
        if (_standing.TryGetValue(business, out var standing) && ReferenceEquals(standing.Times, now.Times) && standing.Booked == now.Booked) return 0;

        var entry = BusyCodec.ToWire(business, now);
        toWrite.Add(entry);
        _standing[business] = new Standing(now.Times, now.Booked, Standing.UnderWay);
        _underWay.Add(business);
        return entry.CalculateSize();
    }

    /// <summary>The write that was under way is over, and what was brought for it stands in the log.</summary>
    public void Written(long sequenceNr)
    {
        foreach (var business in _underWay)
        {
            // It was under way when the log was cut behind it.
            if (sequenceNr <= _forgottenUpTo) _standing.Remove(business);
            else _standing[business] = _standing[business] with { SequenceNr = sequenceNr };
        }

        _underWay.Clear();
    }

    /// <summary>The write that was under way is over, and nothing of it stands in the log.</summary>
    public void NotWritten()
    {
        foreach (var business in _underWay) _standing.Remove(business);
        _underWay.Clear();
    }

    /// <summary>
    /// An entry was read in recovery. Its node may know better already. It does not count as held: a journal that starts writes anew what its calls refer to.
    /// </summary>
    /// <exception cref="InvalidDataException">It makes no sense.</exception>
    public void Read(BusyEntry entry)
    {
        var (business, found) = BusyCodec.FromWire(entry);
        known.Remember(business, found);
    }

    /// <summary>What stands at or below is about to be deleted: whoever refers to its business from now on brings it again.</summary>
    public void ForgetUpTo(long sequenceNr)
    {
        _forgottenUpTo = Math.Max(_forgottenUpTo, sequenceNr);
        foreach (var (business, standing) in _standing)
            if (standing.SequenceNr <= sequenceNr) _standing.Remove(business);
    }

    private static BusinessId? BusinessOf(CallFact fact) => fact switch
    {
        CallFact.ContextGiven given => given.Context.Business.Id,
        CallFact.Restored restored => restored.State.Context?.Business.Id,
        _ => null,
    };

    private readonly record struct Standing(BusyTimes Times, ImmutableArray<Booked> Booked, long SequenceNr)
    {
        public const long UnderWay = long.MaxValue;
    }
}
