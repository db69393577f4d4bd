using System.Collections.Immutable;
using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.CalendarMessages;

namespace CallActors.Actors;

/// <summary>
/// When one business is taken, as far as it is known; plain data. Three things take its time: what calls hold that are under way, what calls held that were committed since the newest
/// load, and the appointments that load found.
/// </summary>
/// <param name="partitions">How many there are: each is asked what its calls hold.</param>
/// <param name="skew">How far the clocks of two nodes may be apart; zero on one machine.</param>
internal sealed class BusinessCalendar(int partitions, TimeSpan skew)
{
    private readonly BusinessCalls _calls = new(partitions);
    private readonly Dictionary<CallId, ImmutableArray<Slot>> _slots = [];
    private readonly List<Booked> _booked = [];
    private KnownBusy? _inCrm;

    /// <summary>A slot of a call that is over.</summary>
    private readonly record struct Booked(Slot Slot, DateTimeOffset At);

    /// <summary>Who holds what, and which partitions are to be asked.</summary>
    public BusinessCalls Calls => _calls;

    /// <summary>Takes in what a load found, if it is newer than what is known. What was booked before that load was sent is in it, or was cancelled since.</summary>
    public void Learn(KnownBusy? found)
    {
        if (found is null || found.AsOf <= _inCrm?.AsOf) return;
        _inCrm = found;
        _booked.RemoveAll(booked => booked.At + skew < found.AsOf);
    }

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
        _booked.AddRange(slots.Select(slot => new Booked(slot, now)));
        return Free(call);
    }

    /// <summary>A partition has answered. A call that it does not hold any more is over: whether what it held was written, the next load says.</summary>
    public PartitionAnswer Answered(SlotsOfBusiness told, DateTimeOffset now)
    {
        var follows = _calls.Answered(told.Partition, [.. told.Calls.Select(held => held.Call)], []);
        foreach (var held in told.Calls)
            if (follows.Stands.Contains(held.Call.CallId)) _slots[held.Call.CallId] = held.Slots;
        foreach (var call in follows.Gone)
            if (_slots.Remove(call, out var slots)) _booked.AddRange(slots.Select(slot => new Booked(slot, now)));
        return follows;
    }

    /// <summary>Whether a call may have a slot.</summary>
    public bool IsFree(CallId by, Slot slot) => _inCrm?.Times.Overlaps(slot) is not true && !Besides(by).Any(slot.Overlaps);

    /// <summary>When the business is taken by others than this call.</summary>
    public BusyTimes TakenBesides(CallId call) => BusyTimes.Of([.. _inCrm?.Times.Stretches ?? [], .. Besides(call)]);

    private IEnumerable<Slot> Besides(CallId call) =>
        _booked.Select(booked => booked.Slot).Concat(_slots.Where(held => held.Key != call).SelectMany(held => held.Value));
}
