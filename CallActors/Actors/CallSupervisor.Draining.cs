using Akka.Actor;
using CallActors.Messages;
using static CallActors.Actors.SessionMessages;
using static CallActors.Messages.CallCommands;

namespace CallActors.Actors;

/// <summary>
/// The end of the calls that are here when their node is drained. In a cluster the partition goes on: a call whose id belongs to it comes through the door of
/// another node, and could go nowhere else.
/// </summary>
internal sealed partial class CallSupervisor
{
    /// <summary>Who wants to know when the last of them is gone.</summary>
    private readonly List<IActorRef> _drainedBy = [];
    private readonly HashSet<CallId> _toDrain = [];
    private bool _refusesNewCalls;

    private void Drain()
    {
        _refusesNewCalls |= _parts.OutBy is null;
        _drainedBy.Add(Sender);
        foreach (var callId in _held.Keys) _toDrain.Add(callId);
        TellSessions(EndDrained.Instance);
        TellDrained();
    }

    /// <summary>The log was not read when the drain began: this call was there, too.</summary>
    private void DrainRevived(CallId callId, IActorRef session)
    {
        if (_drainedBy.Count == 0) return;
        _toDrain.Add(callId);
        session.Tell(EndDrained.Instance);
    }

    private void OnDrained(CallId callId)
    {
        _toDrain.Remove(callId);
        TellDrained();
    }

    private void TellDrained()
    {
        if (_toDrain.Count > 0 || !IsReady) return;
        foreach (var by in _drainedBy) by.Tell(Drained.Instance);
        _drainedBy.Clear();
    }
}
