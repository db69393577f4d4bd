using Akka.Actor;
using Akka.Event;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Telemetry;
using static CallActors.Actors.SessionMessages;
using static CallActors.Messages.AdmissionMessages;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Actors;

/// <summary>The session before it is live, where the database may be asked.</summary>
internal sealed partial class CallSessionActor
{
    private static readonly TimeSpan LoaderPatience = TimeSpan.FromSeconds(1), AdmissionPatience = TimeSpan.FromSeconds(1),
        LongestAdmission = TimeSpan.FromSeconds(5);
    private int _attempt;
    private CallEvents.Started? _started;
    private CallContext? _context;
    private bool _isAbandoned, _isMoving;

    /// <summary>
    /// Who waits for the answer: the gateway for its call.started, or an operator; and how long he does, for a business's admission or for a database message.
    /// </summary>
    private IActorRef _asker = ActorRefs.Nobody;
    private DateTimeOffset _askedUntil;

    private void Open(CallEvents.Started started)
    {
        _started = started;
        _asker = Sender;
        _opening = CallDecider.Open(started, Now).Facts;
        _cell.Call = _opening.Aggregate((Call?)null, Call.Apply);
        _parts.Admission.Tell(new Admit(Self) { Client = started.Start.Client, Limits = started.Limits, IsOver = started.IsOver });
        EnterPhase(CallPhase.Loading);
    }

    private void Loading(object message)
    {
        switch (message)
        {
            case Admitted:
                _parts.Loader.Tell(new LoadContext(ContextQuery.ForStart(Call.Id, Call.Start), ++_attempt));
                break;
            case ContextLoaded loaded when loaded.Attempt == _attempt:
                OnFirstLoad(loaded);
                break;
            case ContextLoadFailed failed when failed.Attempt == _attempt:
                GoOnWithout(failed.Reason, failed.LastKnown);
                break;
            case AdmittedToBusiness when _context is { } context:
                GiveContext(context);
                break;
            case NotAdmitted refused:
                RefuseStart(refused.Problem);
                break;
            case NotAdmittedToBusiness refused:
                RefuseStart(refused.Problem);
                break;
            case Wake:
                if (Rang(NextDeadline())) OnLoadTimedOut();
                break;
            case MoveAway when _context is { }:
                // An admission that is begun anew waits for every partition, and so for this one, which waits for this call.
                RefuseStart(GoesElsewhere);
                break;
            case MoveAway:
                _isMoving = true;
                Stash.Stash();
                break;
            default:
                ServeOrWait(message);
                break;
        }
    }

    private void OnFirstLoad(ContextLoaded loaded)
    {
        _cell.Cost = _cell.Cost with { Load = _cell.Cost.Load.Plus(loaded.Cost) };
        if (loaded.Found.Ledger is { } ledger) RefuseCommitted(ledger);
        else if (loaded.Found.Business is null) RefuseStart(NoBusiness(Call.Start));
        else Admit(ContextResolver.Resolve(Call.Id, Call.Start, loaded.Found));
    }

    private void OnLoadTimedOut()
    {
        if (_context is { } context)
        {
            // The load has answered and only admission is awaited. It may have been on a node that died with the question.
            if (Now < _askedUntil) AskAdmission(context);
            else RefuseStart(AdmissionUnknown);
            return;
        }

        if (_isAbandoned)
        {
            GoOnWithout("neither the database nor the loader answered", null);
            return;
        }

        // The loader knows the business as it was last seen; it answers without the database.
        _isAbandoned = true;
        _parts.Loader.Tell(new AbandonLoad(ContextQuery.ForStart(Call.Id, Call.Start), ++_attempt));
        _notBefore = Now + LoaderPatience;
        SetAlarm();
    }

    private void GoOnWithout(string reason, BusinessProfile? lastKnown)
    {
        _attempt++;

        // Whatever the database would have said, nothing in it could be this call's business.
        if (!Call.Start.NamesABusiness)
        {
            RefuseStart(NoBusiness(Call.Start));
            return;
        }

        _parts.Counters.CountMinimalContext();
        Log.Warning("Call {0} goes on with a minimal context: {1}", Call.Id, reason);
        Admit(MinimalContext.Of(Call.Id, Call.Start, lastKnown));
    }

    private void Admit(CallContext context)
    {
        if (_parts.Businesses is null || context.Business.Id is null || _started is { IsOver: true }) GiveContext(context);
        else if (_isMoving) RefuseStart(GoesElsewhere);
        else AskAdmission(context);
    }

    private void AskAdmission(CallContext context)
    {
        if (_context is null) _askedUntil = Now + LongestAdmission;
        _context = context;
        _parts.Businesses?.Tell(new AdmitToBusiness(context.Business.Id!.Value, Call.Id, Self, IsHeld: false));
        _notBefore = Now + AdmissionPatience;
        SetAlarm();
    }

    private void GiveContext(CallContext context)
    {
        var (by, eventId) = (_asker, _started?.Header.Key.Id);
        CrashPoint.Reach(CrashPoint.ContextGiven);
        (_asker, _started, _context) = (ActorRefs.Nobody, null, null);
        Carry(CallDecider.GiveContext(context, Now) with { TellsContext = true }, by, eventId, notKept: Leave);
    }

    private void RefuseStart(Problem problem)
    {
        Log.Warning("Call {0} is refused: {1}", Call.Id, problem.Detail);
        Tell(_asker, CallReply.Refuse(Call.Id, _started?.Header.Key.Id, problem));
        Leave();
    }

    private void RefuseCommitted(LedgerRow ledger)
    {
        if (_started is { } started) Tell(_asker, GoneCalls.Answer(started, ledger));
        Leave();
    }

    private void AskLoader()
    {
        _parts.Loader.Tell(new LoadContext(ContextQuery.ForStart(Call.Id, Call.Start), ++_attempt));
        Ask();
    }

    private void AskWriter()
    {
        _parts.Writer.Tell(new FlushBatch(Call.ToRecord(final: false), Flush.NextAttempt()));
        Ask();
    }

    private void Ask()
    {
        _asker = Sender;
        _askedUntil = Now + _parts.Timeouts.Load;
        SetAlarm(_askedUntil);
        Become(Behaviour.Asking);
    }

    /// <summary>A database message is under way: nothing else is served until it is behind us, so that none is under way when the call goes live.</summary>
    private void Asking(object message)
    {
        switch (message)
        {
            case ContextLoaded loaded when loaded.Attempt == _attempt:
                _cell.Cost = _cell.Cost with { Load = _cell.Cost.Load.Plus(loaded.Cost) };
                Asked(loaded.Found.Business is null ? Decision.Refuse(NoBusiness(Call.Start)) : CallDecider.Reload(Call, loaded.Found, Now));
                break;
            case ContextLoadFailed failed when failed.Attempt == _attempt:
                Asked(Decision.Refuse(Away(failed.Reason)));
                break;
            case FlushCommitted committed when committed.Attempt == Flush.Attempt:
                _cell.Cost = _cell.Cost with { Flush = _cell.Cost.Flush.Plus(committed.Cost) };
                Asked(Decision.Apply());
                break;
            case SnapshotFailed failed when failed.Attempt == Flush.Attempt:
                Asked(Decision.Refuse(Away(failed.Reason)));
                break;
            case Wake:
                if (Rang(_askedUntil)) GiveUpAsking();
                break;
            default:
                ServeOrWait(message);
                break;
        }
    }

    /// <summary>Whoever asked is told so; a snapshot must not be written later, while the caller talks.</summary>
    private void GiveUpAsking()
    {
        _parts.Writer.Tell(new WithdrawFlush(Call.Id));
        Asked(Decision.Refuse(Away("it did not answer in time")));
    }

    private void Asked(Decision decision)
    {
        // Whatever is still on its way answers an attempt that is over.
        _attempt++;
        Flush.NextAttempt();
        var by = _asker;
        _asker = ActorRefs.Nobody;
        Become(Behaviour.Greeting);
        Carry(decision, by, null);
        StopWaiting();
    }

    private static Problem GoesElsewhere => new(ProblemType.Overloaded, CallSupervisor.Moving) { RetryAfter = RetryAfter };

    private static Problem AdmissionUnknown => new(ProblemType.Overloaded, "How many calls the business has is not known now.") { RetryAfter = RetryAfter };

    private static Problem NoBusiness(CallStart start) => new(ProblemType.UnknownBusiness, start.Direction == CallDirection.Inbound
        ? $"No active business has the number '{start.To}'."
        : "An outbound call needs a businessId, or the jobId or callLogId of a job; what was given leads to no business.");
}
