using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.CalendarMessages;

namespace CallActors.Actors;

/// <summary>
/// Keeps one business's calendar, for all nodes together: a slot is promised to one call. It never asks the CRM; what that has comes with the loads of the business's calls, which the
/// askers bring along. What calls hold is in their own logs: where this actor is begun anew it asks all partitions first, and promises nothing before they have answered.
/// </summary>
internal sealed class BusinessCalendarActor : UntypedActor, IWithTimers, IWithStash
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);
    private readonly Guid _life = Guid.NewGuid();
    private readonly BusinessId _business;
    private readonly IActorRef _partitions;
    private readonly TimeProvider _time;
    private readonly BusinessCalendar _calendar;

    private sealed record AskPartitions : INoSerializationVerificationNeeded
    {
        public static readonly AskPartitions Instance = new();
    }

    /// <param name="business">The business.</param>
    /// <param name="calls">The way to the partitions.</param>
    /// <param name="partitions">How many there are.</param>
    /// <param name="skew">How far nodes' clocks may be apart.</param>
    /// <param name="time">The clock.</param>
    public BusinessCalendarActor(BusinessId business, IActorRef calls, int partitions, TimeSpan skew, TimeProvider time)
    {
        _business = business;
        _partitions = calls;
        _time = time;
        _calendar = new BusinessCalendar(partitions, skew);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    private CalendarMoment Moment => new(_life, _calendar.Calls.Stamp);

    protected override void PreStart() => Ask();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case HoldSlots { IsCommitted: true } over: Unwatch(_calendar.Book(over.CallId, over.Holds, _time.GetUtcNow())); break;
            case HoldSlots { Asks: false, Holds.IsEmpty: true } none: Unwatch(_calendar.Free(none.CallId)); break;
            case HoldSlots { Asks: false } held: Hold(held, null); break;
            case HoldSlots when !_calendar.Calls.IsKnown: Stash.Stash(); break;
            case HoldSlots asked: Answer(asked); break;
            case SlotsOfBusiness answer: OnAnswer(answer); break;
            case Terminated gone:
                _calendar.Calls.Lost(gone.ActorRef);
                Ask();
                break;
            case AskPartitions: Ask(); break;
            default: Unhandled(message); break;
        }
    }

    private void Answer(HoldSlots asked)
    {
        _calendar.Learn(asked.Known);
        var granted = asked.Wanted is { } wanted && _calendar.IsFree(asked.CallId, wanted) ? wanted : (Slot?)null;
        if (granted is { } || !asked.Holds.IsEmpty) Hold(asked, granted);
        var taken = granted is { } ? BusyTimes.None : _calendar.TakenBesides(asked.CallId);
        asked.Session.Tell(new SlotAnswered(asked.CallId, asked.Attempt, Moment, granted is { }, taken));
    }

    private void Hold(HoldSlots held, Slot? granted)
    {
        var slots = granted is { } slot ? held.Holds.Add(slot) : held.Holds;
        if (_calendar.Hold(held.CallId, held.Session, slots, out var before)) Context.Watch(held.Session);
        Unwatch(before);
    }

    private static void Unwatch(IActorRef? session)
    {
        if (session is { }) Context.Unwatch(session);
    }

    private void Ask()
    {
        var calls = _calendar.Calls;
        if (calls.InDoubt.Count == 0) return;
        foreach (var partition in calls.InDoubt)
        {
            calls.Asked(partition);
            _partitions.Tell(new FindSlotsOfBusiness(partition, _business, Moment));
        }

        Timers.StartSingleTimer(AskPartitions.Instance, AskPartitions.Instance, AskAgain);
    }

    private void OnAnswer(SlotsOfBusiness answer)
    {
        var wasKnown = _calendar.Calls.IsKnown;
        var follows = _calendar.Answered(answer, _time.GetUtcNow());
        foreach (var session in follows.Watch) Context.Watch(session);
        foreach (var session in follows.Unwatch) Unwatch(session);
        if (_calendar.Calls.IsKnown && !wasKnown) Stash.UnstashAll();
    }
}
