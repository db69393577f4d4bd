using Akka.Actor;
using CallActors.Messages;
using static CallActors.Actors.SessionMessages;

namespace CallActors.Actors;

/// <summary>The time it keeps for its sessions: one timer for all of them, and one alarm a session that may come too early, never too late.</summary>
internal sealed partial class CallSupervisor
{
    private readonly AlarmQueue _alarms;
    private DateTimeOffset? _ringsAt;

    private sealed record Ring
    {
        public static readonly Ring Instance = new();
    }

    private void SetAlarm(CallId callId, DateTimeOffset at)
    {
        if (_alarms.Set(callId, at)) RingAt(at);
    }

    /// <summary>One timer for all calls, set for the earliest of their alarms.</summary>
    private void RingAt(DateTimeOffset at)
    {
        if (_ringsAt <= at) return;
        _ringsAt = at;
        var wait = at - _parts.Time.GetUtcNow();
        Timers.StartSingleTimer(Ring.Instance, Ring.Instance, wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
    }

    private void OnRing()
    {
        _ringsAt = null;
        var now = _parts.Time.GetUtcNow();
        while (_alarms.TryRing(now, out var call)) ((Held)call).Session?.Tell(Wake.Instance);
        if (_alarms.Next is { } next) RingAt(next);
    }
}
