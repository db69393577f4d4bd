using Akka.Actor;
using Akka.Event;
using CallActors.Domain;
using static CallActors.Actors.SessionMessages;

namespace CallActors.Actors;

/// <summary>
/// What is due without an event: the call's own ends, the greeting's guard, the next try of a flush. The supervisor wakes the session; it has no timer of its
/// own.
/// </summary>
internal sealed partial class CallSessionActor
{
    private AlarmClock _alarm;

    /// <summary>The node is drained, and the end is not kept yet. What the clock ends is found due again, or not any more.</summary>
    private bool _isDrained;

    /// <summary>What is due is not done before: the journal was away when it was tried last.</summary>
    private DateTimeOffset? _notBefore;

    /// <summary>
    /// When the call's gateway was last heard of as a whole. Looked at when something is due, not at every event: an alarm that rings too early is set again.
    /// </summary>
    private GatewayPulse? Pulse => _parts.Pulses.Of(Call.Source);

    private void OnWake()
    {
        var pulse = Pulse;
        if (!Rang(NextDeadline(pulse))) return;
        if (_isDrained)
        {
            // The journal would not take the end when it was due.
            EndItself(EndReason.Drained);
            return;
        }

        switch (Deadline.NextOf(Call, _parts.Timeouts, pulse?.HeardAt)?.Kind)
        {
            case DeadlineKind.GreetingGuard: Carry(CallDecider.GuardUnreportedGreeting(Now), ActorRefs.Nobody, null); break;
            case DeadlineKind.Idle: EndItself(EndReason.Idle); break;
            case DeadlineKind.MaxCall: EndItself(EndReason.MaxDuration); break;
            default: throw new InvalidOperationException($"Nothing is due in {Call.Phase}.");
        }
    }

    private void EndItself(EndReason reason)
    {
        if (Call.Phase == CallPhase.Flushing) return;
        Log.Info("Call {0} is ended by the service: {1}", Call.Id, reason);
        _isDrained |= reason == EndReason.Drained;
        Carry(CallDecider.End(Call, reason, null, Now, Pulse?.At), ActorRefs.Nobody, null);
    }

    private void SetAlarm() => SetAlarm(NextDeadline());

    private void SetAlarm(DateTimeOffset? due)
    {
        if (_alarm.SetFor(due) is { } at) Context.Parent.Tell(new WakeMe(_cell.Id, at));
    }

    /// <summary>The alarm rang: whether what it was set for is due; if not yet, it is set again.</summary>
    private bool Rang(DateTimeOffset? due)
    {
        _alarm.Rang();
        if (due <= Now) return true;
        SetAlarm(due);
        return false;
    }

    private DateTimeOffset? NextDeadline(GatewayPulse? pulse = null)
    {
        var due = Call.Phase == CallPhase.Flushing ? Flush.DueAt
            : _isDrained ? Now
            : Deadline.NextOf(Call, _parts.Timeouts, pulse?.HeardAt)?.At;
        return due < _notBefore ? _notBefore : due;
    }
}
