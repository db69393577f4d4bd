using System.Collections.Concurrent;
using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>
/// What a node knows of its businesses' appointments, each as the newest load saw them: one list for all calls of a business. No statement runs for it; it
/// comes with the calls' contexts. Thread-safe, bounded.
/// </summary>
/// <param name="skew">How far the clocks of those who say what they know may be apart; zero on one machine.</param>
/// <param name="capacity">Businesses.</param>
public sealed class BusyBook(TimeSpan skew = default, int capacity = 50_000)
{
    private readonly ConcurrentDictionary<BusinessId, KnownBusy> _known = [];

    public KnownBusy? Find(BusinessId business) => _known.GetValueOrDefault(business);

    /// <summary>Takes in what a load found, or what was known before.</summary>
    public void Remember(BusinessId business, KnownBusy found)
    {
        // Forgetting all of them at the bound costs a refusal that comes from the database's constraint instead, and keeps no order to maintain.
        if (_known.Count >= capacity && !_known.ContainsKey(business)) _known.Clear();
        _known.AddOrUpdate(business, static (_, told) => told.found, static (_, before, told) => before.With(told.found, told.skew), (found, skew));
    }

    /// <summary>A call was committed, and these are appointments now. The next load that is sent after that finds them.</summary>
    /// <param name="business">Whose.</param>
    /// <param name="slots">What was booked.</param>
    /// <param name="now">When that is known.</param>
    public void Book(BusinessId business, IEnumerable<Slot> slots, DateTimeOffset now) =>
        _known.AddOrUpdate(business, static (_, booked) => KnownBusy.Nothing.With(booked), static (_, before, booked) => before.With(booked),
            new Booked(BusyTimes.Of(slots), now));
}
