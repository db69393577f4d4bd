using Akka.Actor;
using Akka.Event;
using CallActors.Messages;
using static CallActors.Actors.JournalMessages;
using static CallActors.Actors.SessionMessages;
using static CallActors.Messages.CalendarMessages;
using static CallActors.Messages.CallCommands;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;
using static CallActors.Messages.PartitionMessages;

namespace CallActors.Actors;

/// <summary>
/// One partition of the calls: spawns a session per call, routes to it, keeps the time for it, and starts it again with back-off where it fails.
/// An event for a call that is not here is looked up in the ledger, together with the loads.
/// </summary>
internal sealed partial class CallSupervisor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan ShortestBackOff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    /// <summary>What a new call is told by a node that takes none.</summary>
    public static readonly Problem Draining = new(ProblemType.Draining, "This node is being drained.") { RetryAfter = TimeSpan.FromSeconds(5) };

    private readonly int _partition;
    private readonly SessionParts _parts;
    private readonly Props _sessions;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<CallId, Held> _held = [];
    private readonly Dictionary<IActorRef, CallId> _callOf = [];
    private readonly SlotHolders _slotHolders = new();
    private readonly GoneCalls _gone;

    /// <summary>A call of this partition. Without a session it failed, and waits to be started again.</summary>
    private sealed class Held(CallId callId) : CallCell(callId)
    {
        public IActorRef? Session { get; set; }
        public int Failures { get; set; }
    }

    /// <param name="partition">Which of the partitions.</param>
    /// <param name="parts">What its sessions share.</param>
    public CallSupervisor(int partition, SessionParts parts)
    {
        _partition = partition;
        _parts = parts;
        _sessions = CallSessionActor.PropsOf(parts);
        _gone = new GoneCalls(parts.Loader);
        _proof = new LogProof(parts.Time);
        _alarms = new AlarmQueue(callId => _held.GetValueOrDefault(callId));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => new SessionStrategy(Self);

    /// <summary>
    /// A failed session is stopped, not restarted in place: its state is in its cell, and it comes back after a while. That one has terminated is told from
    /// here: admission watches each already, Akka has room for one watcher, and a second costs two dictionaries, a set and a stack, a tenth of what a call
    /// weighs.
    /// </summary>
    private sealed class SessionStrategy(IActorRef supervisor) : OneForOneStrategy(_ => Directive.Stop)
    {
        public override void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children) =>
            supervisor.Tell(new SessionGone(child));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ICallMessage about: Route(about, Sender); break;
            case ContextLoaded loaded: OnLedgerRead(loaded); break;
            case ContextLoadFailed failed: _gone.NotFound(failed); break;
            case Append append: OnAppend(append); break;
            case Recovered recovered: OnRecovered(recovered); break;
            case Superseded by: OnSuperseded(by); break;
            case Proved: OnProved(); break;
            case CarryForward old: OnCarryForward(old); break;
            case JournalWrites: _journalFailures = 0; break;
            case StartJournal: OnStartJournal(); break;
            case Terminated gone when Equals(gone.ActorRef, _journal): OnJournalLost(); break;
            case WakeMe wake: SetAlarm(wake.CallId, wake.At); break;
            case Ring: OnRing(); break;
            case CallDone done: OnDone(done.CallId); break;
            case SessionGone gone: OnGone(gone.Session); break;
            case Respawn respawn: OnRespawn(respawn.CallId); break;
            case ListPartition asked: Sender.Tell(List(asked.List)); break;
            case CountPartition: Sender.Tell(Count()); break;
            case HearPartition heard: Hear(heard.Gateway); break;
            case FindCallsOfBusiness asked: TellCallsOf(asked); break;
            case FindSlotsOfBusiness asked: TellSlotsOf(asked); break;
            case WakePartition: break;
            case StopPartition: OnStopPartition(); break;
            case ListCalls list: Sender.Tell(List(list)); break;
            case CountCalls: Sender.Tell(Count()); break;
            case RefuseNewCalls: _refusesNewCalls = true; break;
            case DrainCalls: Drain(); break;
            default: Unhandled(message); break;
        }
    }

    private CallPage List(ListCalls asked) => CallListing.Page(Summaries, asked) with { IsPartial = !IsReady };

    private CallCounts Count() => CallListing.Count(_held.Values);

    private void Hear(HearGateway heard)
    {
        _parts.Pulses.Beat(heard.Source, new GatewayPulse(_parts.Time.GetUtcNow(), heard.At), _parts.Timeouts.Idle);
        Sender.Tell(GatewayHeard.Instance);
    }

    private IEnumerable<CallSummary> Summaries => _held.Values.Select(held => CallSummaries.Of(held)).OfType<CallSummary>();

    private void Route(ICallMessage message, IActorRef by)
    {
        if (_isMoving)
        {
            by.Tell(NotNow(message, Moving));
            return;
        }

        if (_held.TryGetValue(message.CallId, out var held))
        {
            if (held.Session is { } session) session.Tell(message, by);
            else by.Tell(GoneCalls.NotNow(message, "The call's session failed and is being started again."));
            return;
        }

        switch (message)
        {
            case CallEvents.Started started when _refusesNewCalls:
                by.Tell(CallReply.Refuse(message.CallId, started.Header.Key.Id, Draining));
                break;
            case var _ when !IsReady:
                by.Tell(NotNow(message, WhyNotReady));
                break;
            case var _ when IsUnsure:
                WaitForProof(message, by);
                break;
            case CallEvents.Started:
                Hold(message.CallId).Tell(message, by);
                break;
            case CallEvents.CallEvent told:
                _gone.Ask(told, by);
                break;
            case GetCall:
                by.Tell(new CallUnknown(message.CallId));
                break;
            default:
                by.Tell(CallReply.Refuse(message.CallId, null, GoneCalls.Unknown(message.CallId)));
                break;
        }
    }

    /// <summary>Whoever is told so comes again, whatever he asked.</summary>
    private static object NotNow(ICallMessage message, string why) =>
        message is GetCall ? new CallUnreadable(message.CallId, why) : GoneCalls.NotNow(message, why);

    private IActorRef Hold(CallId callId)
    {
        var held = new Held(callId) { Epoch = _epoch, Holders = _slotHolders };
        _held.Add(callId, held);
        return Spawn(callId, held);
    }

    private IActorRef Spawn(CallId callId, Held held)
    {
        // Unnamed: a call id may be of characters that no actor path takes, and a call may come again before its old session is gone.
        var session = Context.ActorOf(_sessions);
        session.Tell(new Take(held));
        held.Session = session;
        _callOf[session] = callId;
        return session;
    }

    private void TellSessions(object message)
    {
        foreach (var held in _held.Values) held.Session?.Tell(message);
    }

    private void OnDone(CallId callId)
    {
        if (!_held.TryGetValue(callId, out var held) || !Equals(held.Session, Sender)) return;
        Forget(callId, held);
        Sender.Tell(Leave.Instance);
        OnDrained(callId);
    }

    private void OnGone(IActorRef session)
    {
        if (!_callOf.Remove(session, out var callId) || !_held.TryGetValue(callId, out var held) || !Equals(held.Session, session))
        {
            if (_isMoving) StopOnceEmpty();
            return;
        }

        held.Session = null;
        if (_isMoving)
        {
            StopOnceEmpty();
            return;
        }

        if (held.Call is null)
        {
            // It failed on its first message: nothing was promised, nothing is there to go on with.
            _held.Remove(callId);
            OnDrained(callId);
        }
        else
        {
            ComeBack(callId, held);
        }

        // Last, so that whoever sees the count sees its consequence arranged.
        _parts.Counters.CountSessionFailure();
    }

    private void ComeBack(CallId callId, Held held)
    {
        held.Epoch = 0;
        var backOff = BackOff(held.Failures++, LongestBackOff);
        _log.Error("The session of call {0} failed ({1} times); it goes on in {2:0} ms", callId, held.Failures, backOff.TotalMilliseconds);
        Timers.StartSingleTimer(callId, new Respawn(callId), backOff);
    }

    private void OnRespawn(CallId callId)
    {
        if (_isMoving || !_held.TryGetValue(callId, out var held) || held.Session is { }) return;
        var session = Spawn(callId, held);
        if (_journalIsReady) _journal!.Tell(new Remind(callId, _epoch), session);
        if (_toDrain.Contains(callId)) session.Tell(EndDrained.Instance);
    }

    private static TimeSpan BackOff(int failures, TimeSpan longest)
    {
        var backOff = ShortestBackOff * Math.Pow(2, Math.Min(failures, 10));
        return (backOff < longest ? backOff : longest) * (0.8 + (Random.Shared.NextDouble() * 0.4));
    }
}
