using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Actors.SessionMessages;
using static CallActors.Messages.CalendarMessages;
using static CallActors.Messages.PartitionMessages;

namespace CallActors.Actors;

/// <summary>
/// The partition as what moves between nodes. It ends when every session has finished what it had in hand and said so to whoever waits: what was appended is
/// answered, what was not is refused, and nothing is told to go on elsewhere that was done here.
/// </summary>
internal sealed partial class CallSupervisor
{
    internal const string Moving = "The call goes to another node.";
    private bool _isMoving;

    protected override void PostStop()
    {
        _parts.Here.Left(_partition, Self);
        _parts.Journals.Left(_partition);
    }

    private void OnStopPartition()
    {
        if (_isMoving) return;
        _isMoving = true;
        _log.Info("Partition {0} with {1} calls goes to another node", _partition, _held.Count);
        TellSessions(MoveAway.Instance);
        LeaveUnsure(Moving);
        StopOnceEmpty();
    }

    /// <summary>Sessions that are gone have had their answers; what the journal still does is its own housekeeping.</summary>
    private void StopOnceEmpty()
    {
        if (_callOf.Count == 0) Context.Stop(Self);
    }

    /// <summary>Not before the log has been read: until then nobody knows. Whoever asks asks again.</summary>
    private void TellCallsOf(FindCallsOfBusiness asked)
    {
        if (!IsReady || _isMoving) return;
        var calls = ImmutableArray.CreateBuilder<HeldCall>();
        var loading = ImmutableArray.CreateBuilder<CallId>();
        foreach (var (callId, held) in _held)
        {
            if (held.Call is not { Context: { } context } call) loading.Add(callId);
            else if (context.Business.Id == asked.BusinessId && call.Phase != CallPhase.Flushing) calls.Add(new HeldCall(callId, held.Session));
        }

        Sender.Tell(new CallsOfBusiness(_partition, asked.BusinessId, calls.ToImmutable(), loading.ToImmutable()) { Number = asked.Number });
    }

    /// <summary>As above. A slot that a session is asking for is looked at before its call's facts: it is forgotten only when it is among them.</summary>
    private void TellSlotsOf(FindSlotsOfBusiness asked)
    {
        if (!IsReady || _isMoving) return;
        var calls = ImmutableArray.CreateBuilder<SlotsOfCall>();
        foreach (var callId in _slotHolders.Of(asked.BusinessId).Union(asked.Calls))
        {
            if (!_held.TryGetValue(callId, out var held)) continue;
            var claim = held.Claim;
            Slot[] slots = held.Call is { } call && call.Context?.Business.Id == asked.BusinessId ? [.. call.HeldSlots] : [];
            if (claim?.Business == asked.BusinessId && claim.IsHeldWhenAsked(asked.At)) slots = [.. slots.Union([claim.Slot])];
            if (slots.Length > 0 || asked.Calls.Contains(callId)) calls.Add(new SlotsOfCall(new HeldCall(callId, held.Session), [.. slots]));
        }

        Sender.Tell(new SlotsOfBusiness(_partition, asked.BusinessId, asked.At, calls.ToImmutable()) { Known = _parts.Busy.Find(asked.BusinessId) });
    }

    private void Forget(CallId callId, Held held)
    {
        _held.Remove(callId);
        if (held.Call?.Context?.Business.Id is { } business) _slotHolders.Remove(business, callId);
    }
}
