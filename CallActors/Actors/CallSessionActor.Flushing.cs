using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Actors.SessionMessages;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Actors;

/// <summary>The session after the call has ended, until its batch stands in the database.</summary>
internal sealed partial class CallSessionActor
{
    private void Flushing(object message)
    {
        switch (message)
        {
            case FlushCommitted { Final: false } snapshot:
                // An operator's, that took its time: it says nothing of the end.
                _cell.Cost = _cell.Cost with { Flush = _cell.Cost.Flush.Plus(snapshot.Cost) };
                break;
            case FlushCommitted committed:
                _cell.Cost = _cell.Cost with { Flush = _cell.Cost.Flush.Plus(committed.Cost) };
                OnSettled(committed.Attempt);
                break;
            case FlushDeadLettered buried:
                OnSettled(buried.Attempt);
                break;
            case FlushReplaced replaced:
                // After a move the node before may have an earlier batch in a transaction still: only a commit tells then.
                if (_cell.EndedBefore && _parts.OutBy is { }) break;
                if (Flush.Settle(replaced.Attempt) is { } settled) Carry(settled.Decision, settled.By, settled.EventId);
                StopWaiting();
                break;
            case CallEvents.Ended ended:
                OnLateEnd(ended);
                break;
            case FlushNow:
                Flush.Send(Call.ToRecord());
                _parts.Writer.Tell(HurryFlush.Instance);
                Tell(Sender, Decision.Apply().Reply(Call, null));
                break;
            case Wake:
                if (Rang(NextDeadline())) Flush.SendAgain(Now, Call.ToRecord());
                SetAlarm();
                break;
            case MoveAway:
                _parts.Writer.Tell(new WithdrawFlush(Call.Id));
                Context.Stop(Self);
                break;
            default:
                Serve(message);
                break;
        }
    }

    /// <summary>A more specific status still counts while no transaction has seen the batch. Which it is, the writer knows.</summary>
    private void OnLateEnd(CallEvents.Ended ended)
    {
        var decision = CallDecider.Decide(Call, ended, Now);
        if (decision.Facts.IsEmpty) Carry(decision, Sender, ended.Header.Key.Id);
        else if (Flush.IsAmending) Wait(ended);
        else Flush.Amend(new Amendment(decision, Sender, ended.Header.Key.Id), Applied(decision.Facts).ToRecord());
    }

    private void OnSettled(int attempt)
    {
        if (Flush.TakeAmendment() is { } late)
        {
            // What stands in the CRM needs no log to be kept.
            var inTime = attempt >= Flush.Attempt;
            if (inTime) _cell.Call = Applied(late.Decision.Facts);
            Tell(late.By, (inTime ? late.Decision : Decision.Refuse(CallDecider.CallEnded(Call))).Reply(Call, late.EventId));
        }

        Close();
    }

    /// <summary>What was routed here before the supervisor forgot this call is still answered.</summary>
    private void Leaving(object message)
    {
        switch (message)
        {
            case SessionMessages.Leave:
                Context.Stop(Self);
                break;
            case CallEvents.CallEvent told when Call.Phase == CallPhase.Flushing:
                var decision = CallDecider.Decide(Call, told, Now);
                Carry(decision.Outcome == CallOutcome.Applied ? Decision.Refuse(CallDecider.CallEnded(Call)) : decision, Sender, told.Header.Key.Id);
                break;
            case CallEvents.CallEvent told:
                // This call was never held; the supervisor knows by now and asks the ledger, or starts it anew.
                Context.Parent.Forward(told);
                break;
            case ICallMessage:
                Context.Parent.Forward(message);
                break;
            default:
                CountLate(message);
                break;
        }
    }
}
