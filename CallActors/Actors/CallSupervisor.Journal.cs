using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using CallActors.Telemetry;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Actors;

/// <summary>The supervisor's side of its partition's journal: a child of its own, that may die alone and comes back.</summary>
internal sealed partial class CallSupervisor
{
    private static readonly TimeSpan LongestJournalBackOff = TimeSpan.FromSeconds(5);
    private IActorRef? _journal;
    private int _epoch;
    private bool _journalIsReady;
    private int _journalFailures;
    private LogWriter? _writer;
    private bool _logIsOurs;
    private bool _isTakenOver;

    protected override void PreStart()
    {
        _parts.Here.Came(_partition, Self);
        if (_parts.IsJournaled) OnStartJournal();
    }

    private bool IsReady => !_parts.IsJournaled || _journalIsReady;

    private string WhyNotReady => _isTakenOver ? TakenOver : "The journal is being read.";

    private void OnStartJournal()
    {
        if (_isMoving) return;
        _parts.Journals.Away(_partition, "its log is being read");
        _epoch++;
        _writer ??= LogWriter.On(_parts.Node);
        _journal = Context.Watch(
            Context.ActorOf(
            Props.Create<CallJournal>(
            _partition, _parts.LeastWaste, _parts.Cuts, _parts.JournalIsThere, _writer, !_logIsOurs, _parts.OutBy, _parts.Busy, _proof)));
    }

    private void OnAppend(Append append)
    {
        if (_journalIsReady && append.Epoch == _epoch) _journal!.Forward(append);
        else Sender.Tell(new NotAppended(append.Epoch, append.Number, _isTakenOver ? "another node has taken it" : "it is being started again"));
    }

    /// <summary>The log has been read: calls that are only in the log go on, those that are here compare what they have in hand.</summary>
    private void OnRecovered(Recovered recovered)
    {
        _journalIsReady = _logIsOurs = true;
        _parts.Journals.Ready(_partition);
        var inLog = new HashSet<CallId>(recovered.Calls.Length);
        RecallBusinesses(recovered.Calls.Where(call => !_held.ContainsKey(call.State.Id)).Select(call => call.State));
        foreach (var call in recovered.Calls)
        {
            inLog.Add(call.State.Id);
            if (_held.TryGetValue(call.State.Id, out var held)) held.Session?.Tell(new LogSays(_epoch, call.Number));
            else Revive(call);
        }

        foreach (var (callId, held) in _held)
            if (!inLog.Contains(callId)) held.Session?.Tell(new LogSays(_epoch, 0));
        _log.Info("The log of partition {0} was read: {1} calls go on", _partition, recovered.Calls.Length);
        TellDrained();
    }

    /// <summary>
    /// A loader that has begun anew knows no business, and the database may be away: these calls' contexts have theirs as they were last loaded. A minimal one
    /// has what the gateway said.
    /// </summary>
    private void RecallBusinesses(IEnumerable<Call> calls)
    {
        var latest = new Dictionary<BusinessId, BusinessProfile>();
        foreach (var call in calls.OrderBy(call => call.StartedAt))
            if (call.Context is { Source: ContextSource.Database, Business: { Id: { } id } business }) latest[id] = business;
        if (latest.Count > 0) _parts.Loader.Tell(new DatabaseMessages.BusinessesRecalled([.. latest.Values]));
    }

    private void Revive(RecoveredCall call)
    {
        // Nobody could be heard while the service was down; silence counts from now.
        var state = call.State with { LastHeardAt = _parts.Time.GetUtcNow() };
        var held = new Held(
            state.Id)
        { Call = state, Number = call.Number, Epoch = _epoch, EndedBefore = state.Phase == CallPhase.Flushing, Holders = _slotHolders };
        _held.Add(state.Id, held);

        // Before the session has begun: a calendar that asks meanwhile has to be told of it.
        if (state.Context?.Business.Id is { } business && state.HeldSlots.Any()) _slotHolders.Add(business, state.Id);
        CrashPoint.Reach(CrashPoint.CallRevived);
        var session = Spawn(state.Id, held);
        DrainRevived(state.Id, session);
    }

    /// <summary>
    /// The calls go on elsewhere. They stay here, so that nobody who still asks here is told that there is no such call, and hear nothing any more.
    /// </summary>
    private void OnSuperseded(Superseded by)
    {
        Context.Unwatch(_journal);
        _journal = null;
        _journalIsReady = false;
        _isTakenOver = true;
        LeaveUnsure(TakenOver);
        _parts.Journals.Away(_partition, $"{by.Node} has taken its log");
        _log.Error("The log of partition {0} was taken by {1}: this node was cut off, and its calls go on there", _partition, by.Node);
        _parts.Superseded(_partition, by.Node);
    }

    private void OnJournalLost()
    {
        const string reason = "its store failed";
        _journal = null;
        _journalIsReady = false;
        _parts.Journals.Away(_partition, reason);
        LeaveUnsure("The journal's store failed.");
        TellSessions(new JournalLost(reason));
        if (_isMoving)
        {
            // Nothing is read here any more; who waited for an append has been refused, and waits no longer to go.
            TellSessions(SessionMessages.MoveAway.Instance);
            return;
        }

        var backOff = BackOff(_journalFailures++, LongestJournalBackOff);
        _log.Warning("The journal of partition {0} has died; it starts again in {1:0} ms", _partition, backOff.TotalMilliseconds);
        Timers.StartSingleTimer(StartJournal.Instance, StartJournal.Instance, backOff);
    }

    private void OnCarryForward(CarryForward old)
    {
        var forgotten = ImmutableArray.CreateBuilder<CallId>();
        foreach (var callId in old.Calls)
        {
            if (!_held.TryGetValue(callId, out var held)) forgotten.Add(callId);
            // A session that fails is asked again by the journal when it comes back.
            else held.Session?.Tell(Checkpoint.Instance);
        }

        if (forgotten.Count > 0) _journal?.Tell(new CloseForgotten(forgotten.ToImmutable()));
    }
}
