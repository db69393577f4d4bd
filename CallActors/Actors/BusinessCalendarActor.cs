using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.CalendarMessages;

namespace CallActors.Actors;

/// <summary>
/// Keeps one business's calendar, for all nodes together: a slot is promised to one call. It never asks the CRM; what that has comes with the loads of the
/// business's calls, which the askers bring along. What calls hold is in their own logs: where this actor is begun anew it asks all partitions first, and
/// promises nothing before they have answered.
/// </summary>
internal sealed class BusinessCalendarActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>What a session said last may come after the news of its end, which goes the shorter way.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(100);
    private readonly Guid _life = Guid.NewGuid();
    private readonly BusinessId _business;
    private readonly IActorRef _partitions;
    private readonly TimeProvider _time;
    private readonly BusinessCalendar _calendar;

    /// <summary>What was said before it is known what calls hold, in the order it came.</summary>
    private readonly OrderedDictionary<CallId, HoldSlots> _waiting = [];

    /// <summary>Sessions that are gone, and whose last words may be on their way.</summary>
    private readonly List<IActorRef> _gone = [];

    private sealed record AskOfGone : INoSerializationVerificationNeeded
    {
        public static readonly AskOfGone Instance = new();
    }

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

    private CalendarMoment Moment => new(_life, _calendar.Calls.Stamp);

    protected override void PreStart() => Ask();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case HoldSlots told:
                _calendar.Learn(told.Known);
                if (_calendar.Calls.IsKnown) Serve(told);
                else Keep(told);
                break;
            case SlotsOfBusiness answer when answer.At.Life == _life: OnAnswer(answer); break;
            case SlotsOfBusiness: break;
            case Terminated terminated:
                _gone.Add(terminated.ActorRef);
                if (_gone.Count == 1) Timers.StartSingleTimer(AskOfGone.Instance, AskOfGone.Instance, LastWords);
                break;
            case AskOfGone: OnGone(); break;
            case AskPartitions: Ask(); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>Of a call the last word, which is the whole: what was asked before it was given up.</summary>
    private void Keep(HoldSlots told)
    {
        _waiting.Remove(told.CallId);
        _waiting.Add(told.CallId, told);
    }

    private void Serve(HoldSlots told)
    {
        if (told.Asks) Answer(told);
        else if (_calendar.IsOutdated(told.CallId, told.Session)) return;
        else if (told.IsCommitted) Unwatch(_calendar.Book(told.CallId, told.Holds, _time.GetUtcNow()));
        else if (told.Holds.IsEmpty) Unwatch(_calendar.Free(told.CallId));
        else Hold(told, null);
    }

    private void Answer(HoldSlots asked)
    {
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
        foreach (var partition in _calendar.Calls.InDoubt) Ask(partition);
    }

    private void Ask(int partition)
    {
        var calls = _calendar.Calls;
        calls.Asked(partition);
        _partitions.Tell(new FindSlotsOfBusiness(partition, _business, Moment) { Calls = [.. calls.OfPartition(partition)] });
        if (!Timers.IsTimerActive(AskPartitions.Instance)) Timers.StartSingleTimer(AskPartitions.Instance, AskPartitions.Instance, AskAgain);
    }

    /// <summary>
    /// Where what they held was not booked or given up by now, it is their partition's to say whether they still have it. Until then it is taken.
    /// </summary>
    private void OnGone()
    {
        foreach (var session in _gone)
            if (_calendar.Calls.Lost(session) is { } partition) Ask(partition);
        _gone.Clear();
    }

    private void OnAnswer(SlotsOfBusiness answer)
    {
        var follows = _calendar.Answered(answer, _time.GetUtcNow());
        foreach (var session in follows.Watch) Context.Watch(session);
        foreach (var session in follows.Unwatch) Unwatch(session);
        if (!_calendar.Calls.IsKnown) return;
        foreach (var told in _waiting.Values) Serve(told);
        _waiting.Clear();
    }
}
