using System.Collections.Immutable;
using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.CalendarMessages;

namespace CallActors.Actors;

/// <summary>
/// When one business is taken, as far as it is known; plain data. Three things take its time: what calls hold that are under way, what calls held that were
/// committed since the newest load, and the appointments that load found.
/// </summary>
/// <param name="partitions">How many there are: each is asked what its calls hold.</param>
/// <param name="skew">How far the clocks of two nodes may be apart; zero on one machine.</param>
internal sealed class BusinessCalendar(int partitions, TimeSpan skew)
{
    private readonly BusinessCalls _calls = new(partitions);
    private readonly Dictionary<CallId, ImmutableArray<Slot>> _slots = [];
    private KnownBusy _known = KnownBusy.Nothing;

    /// <summary>Who holds what, and which partitions are to be asked.</summary>
    public BusinessCalls Calls => _calls;

    /// <summary>Takes in what a node knows of the CRM. What was booked before a load was sent is in it, or was cancelled since.</summary>
    public void Learn(KnownBusy? found)
    {
        if (found is not null) _known = _known.With(found, skew);
    }

    /// <summary>
    /// Whether a message that changes what a call holds comes from a session that another one, of which more was heard, has taken the place of.
    /// </summary>
    public bool IsOutdated(CallId call, IActorRef session) => _calls.SessionOf(call) is { } known && !known.Equals(session);

    /// <summary>A call holds these, and nothing else.</summary>
    /// <returns>As <see cref="BusinessCalls.Hold"/>.</returns>
    public bool Hold(CallId call, IActorRef session, ImmutableArray<Slot> slots, out IActorRef? before)
    {
        _slots[call] = slots;
        return _calls.Hold(call, session, out before);
    }

    /// <summary>A call holds nothing any more.</summary>
    /// <returns>Whom not to watch any more.</returns>
    public IActorRef? Free(CallId call)
    {
        _slots.Remove(call);
        return _calls.Release(call);
    }

    /// <summary>A call is over; what it held is booked.</summary>
    /// <returns>Whom not to watch any more.</returns>
    public IActorRef? Book(CallId call, ImmutableArray<Slot> slots, DateTimeOffset now)
    {
        Book(slots, now);
        return Free(call);
    }

    /// <summary>
    /// A partition has answered, with the calls that hold slots and with those it was asked of by name. One of these that it does not have any more is over:
    /// whether what it held was written, the next load says.
    /// </summary>
    public PartitionAnswer Answered(SlotsOfBusiness told, DateTimeOffset now)
    {
        Learn(told.Known);
        var follows = _calls.Answered(told.Partition, [.. told.Calls.Select(held => held.Call)], [], told.At.Number);
        var stands = follows.Stands.ToHashSet();
        foreach (var held in told.Calls)
            if (stands.Contains(held.Call.CallId)) _slots[held.Call.CallId] = held.Slots;
        foreach (var call in follows.Gone)
            if (_slots.Remove(call, out var slots)) Book(slots, now);
        foreach (var call in stands.Where(call => _slots[call].IsEmpty))
            if (Free(call) is { } session) follows.Unwatch.Add(session);

        return follows;
    }

    /// <summary>Whether a call may have a slot.</summary>
    public bool IsFree(CallId by, Slot slot) => !_known.Overlaps(slot) && !Besides(by).Any(slot.Overlaps);

    /// <summary>When the business is taken by others than this call.</summary>
    public BusyTimes TakenBesides(CallId call) => BusyTimes.Of([.. _known.Taken.Stretches, .. Besides(call)]);

    private void Book(ImmutableArray<Slot> slots, DateTimeOffset now)
    {
        if (!slots.IsEmpty) _known = _known.With(new Booked(BusyTimes.Of(slots), now));
    }

    private IEnumerable<Slot> Besides(CallId call) => _slots.Where(held => held.Key != call).SelectMany(held => held.Value);
}
