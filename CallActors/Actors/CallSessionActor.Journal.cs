using System.Collections.Immutable;
using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Telemetry;
using static CallActors.Actors.JournalMessages;
using static CallActors.Messages.CallQueries;

namespace CallActors.Actors;

/// <summary>
/// Decide, append, then speak: facts are in the partition's log before anybody is told of them. While an append is under way this call's next
/// message waits; nobody else's does. With <c>Durability = Memory</c> there is no log, and facts count at once.
/// </summary>
internal sealed partial class CallSessionActor
{
    private static readonly TimeSpan JournalRetryAfter = TimeSpan.FromSeconds(1);
    private Appending? _appending;

    /// <summary>What a gateway told while the call was opened; it goes into the log together with the context.</summary>
    private ImmutableArray<CallFact> _opening = [];

    /// <summary>An append that is under way.</summary>
    /// <param name="Facts">What is appended.</param>
    /// <param name="State">The state they lead to; null for a closing entry.</param>
    /// <param name="Decision">What is answered; null: nothing.</param>
    /// <param name="By">Whom it is answered to.</param>
    /// <param name="EventId">The event it answers.</param>
    /// <param name="Kept">What follows once the facts are in the log.</param>
    /// <param name="NotKept">What follows once it is known that they are not.</param>
    private sealed record Appending(
        ImmutableArray<CallFact> Facts, Call? State, Decision? Decision, IActorRef By, string? EventId, Action Kept, Action NotKept)
    {
        /// <summary>Begun by a session that failed meanwhile: its state is in the cell, and the log says whether that stands.</summary>
        public bool IsResumed { get; init; }

        /// <summary>The life of the journal it was sent to.</summary>
        public int Epoch { get; init; }
    }

    /// <summary>
    /// Makes a decision's facts true, then does what follows from the phase the call is in now, then answers: whoever hears that a call has ended may start the
    /// next at once, and its place is free by then.
    /// </summary>
    private void Carry(Decision decision, IActorRef replyTo, string? eventId, Action? notKept = null)
    {
        if (decision.Facts.IsEmpty)
        {
            // Refused, or told before: whoever tells it is not silent.
            if (eventId is { }) Hear(Now);
            Tell(replyTo, decision.Reply(Call, eventId));
            SetAlarm();
            return;
        }

        var before = Call;
        var state = Applied(decision.Facts);
        if (!_parts.IsJournaled)
        {
            _cell.Call = state;
            _opening = [];
            Moved(before);
            Tell(replyTo, decision.Reply(state, eventId));
            return;
        }

        Append(new Appending([.. _opening, .. decision.Facts], state, decision, replyTo, eventId, () => Moved(before), notKept ?? SetAlarm));
    }

    private Call Applied(ImmutableArray<CallFact> facts)
    {
        var call = Call;
        foreach (var fact in facts) call = Call.Apply(call, fact);
        return call;
    }

    private void Moved(Call before)
    {
        TellOfChangedBusiness(before);
        if (Call.Phase != before.Phase)
        {
            EnterPhase(Call.Phase);
            return;
        }

        TellCalendar();
        SetAlarm();
    }

    /// <summary>A reload found the business that a minimal context had not, or another one. Such a call holds no slot of the one before.</summary>
    private void TellOfChangedBusiness(Call before)
    {
        if (before.Context is not { Business.Id: var known } || known == Call.Context?.Business.Id) return;
        if (known is { } was)
        {
            _parts.Businesses?.Tell(new AdmissionMessages.ReleaseFromBusiness(was, Call.Id));
            _cell.Holders.Remove(was, Call.Id);
        }

        if (Call.Context?.Business.Id is { } business) _parts.Businesses?.Tell(new AdmissionMessages.AdmitToBusiness(business, Call.Id, Self, IsHeld: true));
    }

    private void Append(Appending append)
    {
        CrashPoint.Reach(append.State is null ? CrashPoint.Closing : CrashPoint.Decided);
        _appending = append with { Epoch = _cell.Epoch };
        _cell.Appending = append.State;
        Become(Behaviour.WaitingForAppend);
        var closes = append.State is null;
        Context.Parent.Tell(
            new Append(Call.Id, _cell.Epoch, _cell.Number + 1, append.Facts,
            closes)
            { Booked = closes && Call.HeldSlots.Any() ? Call.Context?.Business.Id : null });
    }

    private void WaitingForAppend(object message)
    {
        var append = _appending ?? throw new InvalidOperationException("Nothing is being appended.");
        switch (message)
        {
            case Appended appended when Answers(append, appended.Epoch, appended.Number):
                CrashPoint.Reach(append.State is null ? CrashPoint.Closed : CrashPoint.AppendAcknowledged);
                _cell.Number++;
                GoOn();
                Settle(append, append.By);
                CrashPoint.Reach(CrashPoint.Replied);
                break;
            case NotAppended refused when Answers(append, refused.Epoch, refused.Number):
                GoOn();
                Refuse(append, refused.Reason);
                append.NotKept();
                break;
            case JournalLost lost:
                // It may stand in the log or not; whoever waits is told to come again, and the event is a duplicate then if it does stand.
                Refuse(append, lost.Reason);
                _appending = append with { By = ActorRefs.Nobody };
                Become(Behaviour.InDoubt);
                break;
            case LogSays says:
                // The journal came back while the append was on its way to the one before; it will be refused. What is said is compared after that.
                _cell.Epoch = says.Epoch;
                Stash.Stash();
                break;
            case GetCall:
                Sender.Tell(new CallView(Call, _cell.Cost));
                break;
            default:
                WaitForLog(message);
                break;
        }
    }

    private bool Answers(Appending append, int epoch, long number) => epoch == append.Epoch && number == _cell.Number + 1;

    /// <summary>The call is in the CRM; the log need not hold it any more.</summary>
    private void Close()
    {
        LeaveCalendar();
        if (_cell.Number == 0) Leave();
        else Append(new Appending([], null, null, ActorRefs.Nobody, null, Leave, Leave));
    }

    private void Settle(Appending append, IActorRef by)
    {
        if (append.State is { } state)
        {
            var heard = _cell.Call?.LastHeardAt;
            _cell.Call = state;
            if (heard > state.LastHeardAt) Hear(heard.Value);
            _opening = [];
        }

        try
        {
            append.Kept();
        }
        finally
        {
            // It stands in the log, whatever comes of what follows from it.
            if (append.Decision is { } decision) Tell(by, decision.Reply(Call, append.EventId));
        }
    }

    /// <summary>A gateway that is told to come again is not silent: that the journal is away does not end its calls.</summary>
    private void Hear(DateTimeOffset at)
    {
        if (_cell.Call is { } call) _cell.Call = call with { LastHeardAt = at };
    }

    private void Refuse(Appending append, string reason)
    {
        if (append.EventId is { }) Hear(Now);
        if (append.Decision is { }) Tell(append.By, CallReply.Refuse(Call.Id, append.EventId, JournalAway(reason)));
        _notBefore = Now + JournalRetryAfter;
    }

    /// <summary>Back to the behaviour of the phase the call is in; what waited for the append is served.</summary>
    private void GoOn()
    {
        _appending = null;
        _cell.Appending = null;
        Become(BehaviourOf(Call.Phase));
        StopWaiting();
    }

    private void WriteAnew() => Append(new Appending([new CallFact.Restored(Call)], Call, null, ActorRefs.Nobody, null, SetAlarm, SetAlarm));

    private void WaitForLog(object message)
    {
        if (message is CallEvents.CallEvent or ICallCommand or IDatabaseMessage) Wait(message);
        else if (message is not (LogSays or Appended or NotAppended)) Stash.Stash();
    }

    private static Problem JournalAway(string reason) =>
        new(ProblemType.Overloaded, $"The journal cannot be written now: {reason}") { RetryAfter = JournalRetryAfter };
}
