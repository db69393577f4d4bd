using Akka.Actor;
using CallActors.Messages;
using static CallActors.Actors.SessionMessages;

namespace CallActors.Actors;

/// <summary>
/// A session's one alarm. The supervisor keeps the time for all its calls, and a request that was made is never taken back: an alarm that
/// rings too early is set again. So an event that moves the idle time-out costs no message.
/// </summary>
internal sealed class AlarmClock(CallId callId, IActorRef supervisor, IActorRef session)
{
    private DateTimeOffset? _set;

    /// <summary>Sees to it that it rings at this time at the latest.</summary>
    public void SetFor(DateTimeOffset? due)
    {
        if (due is not { } at || at >= _set) return;
        _set = at;
        supervisor.Tell(new WakeMe(callId, at), session);
    }

    /// <summary>It rang: whether what it was set for is due; if not yet, it is set again.</summary>
    public bool Rang(DateTimeOffset now, DateTimeOffset? due)
    {
        _set = null;
        if (due <= now) return true;
        SetFor(due);
        return false;
    }
}
