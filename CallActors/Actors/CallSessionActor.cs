using Akka.Actor;
using Akka.Event;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Actors.JournalMessages;
using static CallActors.Actors.SessionMessages;
using static CallActors.Messages.AdmissionMessages;
using static CallActors.Messages.CallCommands;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Actors;

/// <summary>
/// One call. It asks for its context once, stashes what the conversation finds out, and when the call ends hands its batch to the writer until
/// that says the batch stands. What each phase serves is decided by <see cref="CallDecider"/>; this actor carries decisions out.
/// <code>
///   (new) ──started──▶ Loading ──context, or none in time──▶ Greeting ──greeting finished, or guard──▶ Live ──ended──▶ Flushing ──committed──▶ Leaving
///                         │                                     │  ▲                                                     ▲
///                         │ no business, not admitted,          │  └─Asking (reload, flush)                              │
///                         ▼ committed long ago                  └───────────────────────ended───────────────────────────┘
///                      Leaving
/// </code>
/// </summary>
internal sealed partial class CallSessionActor : UntypedActor, IWithStash
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly SessionParts _parts;

    /// <summary>Told with <see cref="Take"/>, before all else.</summary>
    private CallCell _cell = null!;
    private Behaviour _behaviour;

    private CallSessionActor(SessionParts parts) => _parts = parts;

    /// <summary>How it answers now. Akka's own Become makes objects at each change, and with a journal behaviour changes twice an event.</summary>
    private enum Behaviour : byte
    {
        Unborn,
        New,
        Loading,
        Greeting,
        Asking,
        AskingCalendar,
        Live,
        Flushing,
        Leaving,
        WaitingForAppend,
        InDoubt,
    }

    public IStash Stash { get; set; } = null!;

    /// <summary>Made where it is wanted: most sessions write nothing.</summary>
    private ILoggingAdapter Log => field ??= Context.GetLogger();

    private FlushHandover Flush => field ??= new FlushHandover(_parts.Writer, Self, _parts.Timeouts.Flush);

    private Call Call => _cell.Call ?? throw new InvalidOperationException("No call was started here.");

    private DateTimeOffset Now => _parts.Time.GetUtcNow();

    /// <summary>
    /// How sessions are made: all alike, so that what Akka keeps of it is kept once. Which call one has it is told first, with <see cref="Take"/>.
    /// </summary>
    public static Props PropsOf(SessionParts parts) => Props.CreateBy(new Maker(parts)).WithMailbox(SessionMailbox.Name);

    private sealed class Maker(SessionParts parts) : IIndirectActorProducer
    {
        public Type ActorType => typeof(CallSessionActor);

        public ActorBase Produce() => new CallSessionActor(parts);

        public void Release(ActorBase actor)
        {
            // It holds nothing that would have to be given back.
        }
    }

    private void Begin(CallCell cell)
    {
        _cell = cell;
        if (cell.Call is not { } call)
        {
            Become(Behaviour.New);
            return;
        }

        if (call.Phase != CallPhase.Flushing)
        {
            _parts.Admission.Tell(new Admit(Self) { Client = call.Start.Client, IsHeld = true });
            if (call.Context?.Business.Id is { } business) _parts.Businesses?.Tell(new AdmitToBusiness(business, call.Id, Self, IsHeld: true));
        }

        if (_cell.Epoch > 0)
        {
            // Out of the log: a calendar asks partitions what their calls hold, and where thousands come back at once that is told when it asks.
            _told = Told.Of([.. call.HeldSlots]);
        }
        else if (_cell.Claim is { } || call.Stash.HasSlots)
        {
            _told = Told.Something;
        }

        if (_parts.IsJournaled && _cell.Epoch == 0) Resume();
        else EnterPhase(call.Phase);
    }

    protected override void OnReceive(object message)
    {
        switch (_behaviour)
        {
            case Behaviour.Unborn when message is Take taken: Begin(taken.Cell); break;
            case Behaviour.New when message is CallEvents.Started started: Open(started); break;
            case Behaviour.Loading: Loading(message); break;
            case Behaviour.Greeting: Greeting(message); break;
            case Behaviour.Asking: Asking(message); break;
            case Behaviour.AskingCalendar: AskingCalendar(message); break;
            case Behaviour.Live: Live(message); break;
            case Behaviour.Flushing: Flushing(message); break;
            case Behaviour.Leaving: Leaving(message); break;
            case Behaviour.WaitingForAppend: WaitingForAppend(message); break;
            case Behaviour.InDoubt: InDoubt(message); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>Who sent the message that a session fails on is told so at once; the supervisor starts the session again.</summary>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception) when (message is ICallMessage about)
        {
            Tell(Sender,
                CallReply.Refuse(about.CallId, EventIdOf(message), new Problem(ProblemType.Failed, "The session failed on this message; the call goes on.")));
            throw;
        }
    }

    private void Greeting(object message)
    {
        switch (message)
        {
            case ReloadContext: AskLoader(); break;
            case FlushNow: AskWriter(); break;
            default: Serve(message); break;
        }
    }

    /// <summary>There is no case for a database message here, nor a way to the loader or the writer.</summary>
    private void Live(object message) => Serve(message);

    private void Serve(object message)
    {
        switch (message)
        {
            case CallEvents.CallEvent told: OnTold(told); break;
            case EndCall end: Carry(CallDecider.End(Call, EndReason.Operator, end.Reason, Now), Sender, null); break;
            case LoseCall lose: Carry(CallDecider.Lose(Call, lose, Now, Pulse?.At), Sender, null); break;
            case EndDrained: EndItself(EndReason.Drained); break;
            case GetCall: Sender.Tell(new CallView(Call, _cell.Cost)); break;
            case Wake: OnWake(); break;
            case IDatabaseMessage database: RefuseDatabase(database); break;
            case LogSays says: Compare(says); break;
            case Checkpoint: WriteAnew(); break;
            case JournalLost: break;
            case MoveAway: Context.Stop(Self); break;
            default: CountLate(message); break;
        }
    }

    private void RefuseDatabase(IDatabaseMessage message)
    {
        var problem = CallDecider.RefusalOf(message, Call.Phase) ?? throw new InvalidOperationException($"{message.GetType().Name} is served in {Call.Phase}.");
        if (problem.Type == ProblemType.LiveCall)
        {
            _parts.Counters.CountLiveRefusal();
            Log.Warning("Call {0} is live: {1} is refused", Call.Id, message.GetType().Name);
        }

        Carry(Decision.Refuse(problem), Sender, null);
    }

    private void EnterPhase(CallPhase phase)
    {
        Become(BehaviourOf(phase));
        TellCalendar();
        if (phase == CallPhase.Greeting) StopWaiting();
        if (phase == CallPhase.Flushing)
        {
            _isDrained = false;
            _cell.FlushingSince = Now;
            _parts.Admission.Tell(new Release(Self));
            if (Call.Context?.Business.Id is { } business) _parts.Businesses?.Tell(new ReleaseFromBusiness(business, Call.Id));
            Flush.Begin(Now, Call.ToRecord());
        }

        SetAlarm();
    }

    private void Become(Behaviour behaviour) => _behaviour = behaviour;

    private static Behaviour BehaviourOf(CallPhase phase) => phase switch
    {
        CallPhase.Loading => Behaviour.Loading,
        CallPhase.Greeting => Behaviour.Greeting,
        CallPhase.Live => Behaviour.Live,
        CallPhase.Flushing => Behaviour.Flushing,
        _ => throw new InvalidOperationException($"No behaviour for {phase}."),
    };

    private void Leave()
    {
        Context.Parent.Tell(new CallDone(Call.Id));
        Become(Behaviour.Leaving);
        StopWaiting();
    }

    private static void Tell(IActorRef to, CallReply reply)
    {
        if (!to.IsNobody()) to.Tell(reply);
    }

    private void CountLate(object message)
    {
        // Admission answers a session that came back with its state, too; there is nothing to do about it.
        if (message is Admitted or AdmittedToBusiness) return;
        _parts.Counters.CountLateCompletion();
        Log.Debug("Call {0} drops {1}: nobody waits for it any more", Call.Id, message.GetType().Name);
    }

    private static string? EventIdOf(object message) => (message as CallEvents.CallEvent)?.Header.Key.Id;

    private static Problem Away(string reason) => new(ProblemType.Overloaded, $"The database was not reached: {reason}") { RetryAfter = RetryAfter };
}
