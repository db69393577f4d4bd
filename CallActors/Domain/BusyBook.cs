using System.Collections.Concurrent;
using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>A business's appointments in the CRM as one load saw them.</summary>
/// <param name="Times">When it is taken.</param>
/// <param name="AsOf">When the load was sent: what was committed before it is in it.</param>
public sealed record KnownBusy(BusyTimes Times, DateTimeOffset AsOf);

/// <summary>
/// What a node knows of its businesses' appointments, each as the newest load saw them: one list for all calls of a business. No statement runs for it; it comes with the
/// calls' contexts. Thread-safe, bounded.
/// </summary>
public sealed class BusyBook(int capacity = 50_000)
{
    private readonly ConcurrentDictionary<BusinessId, KnownBusy> _known = [];

    public KnownBusy? Find(BusinessId business) => _known.GetValueOrDefault(business);

    /// <summary>Keeps what a load found, unless a later one is known.</summary>
    public void Remember(BusinessId business, KnownBusy found)
    {
        // Forgetting all of them at the bound costs a refusal that comes from the database's constraint instead, and keeps no order to maintain.
        if (_known.Count >= capacity && !_known.ContainsKey(business)) _known.Clear();
        _known.AddOrUpdate(business, static (_, found) => found, static (_, before, found) => Newer(before, found), found);
    }

    /// <summary>A call was committed, and these are appointments now. The next load that is sent after that finds them.</summary>
    public void Book(BusinessId business, IEnumerable<Slot> slots)
    {
        var booked = BusyTimes.Of(slots);
        _known.AddOrUpdate(
            business,
            static (_, booked) => new KnownBusy(booked, DateTimeOffset.MinValue),
            static (_, before, booked) => before with { Times = before.Times.With(booked) },
            booked);
    }

    // The times stay the same object while they are equal: whoever has written them down knows it by that. Of one moment there may be two: with what was booked since, and without.
    private static KnownBusy Newer(KnownBusy before, KnownBusy found) =>
        before.AsOf > found.AsOf ? before
        : before.AsOf == found.AsOf ? before with { Times = before.Times.With(found.Times) }
        : before.Times.Equals(found.Times) ? before with { AsOf = found.AsOf }
        : found;
}
