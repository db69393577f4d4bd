using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Messages;
using CallActors.Telemetry;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Actors;

/// <summary>
/// The write-ahead log of one partition's calls. One write is under way at a time; entries of many calls that come meanwhile go to the store together, as one
/// event, in the next. It is read once, when it starts, and then claimed: what another writer wrote before the claim has been read, and what it would write
/// after it fails. When the store fails Akka stops it, and only it: its supervisor starts it again, and what was in doubt is settled by what it then reads.
/// </summary>
internal sealed partial class CallJournal : UntypedPersistentActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly BusinessBook _book = new();
    private readonly LoggedBusy _busy;
    private readonly OpenCalls _open;
    private readonly LogTrim _trim;
    private readonly JournalQueue _waiting = new();
    private readonly Func<bool> _storeIsThere;
    private readonly LogWriter _writer;
    private readonly bool _claims;
    private readonly Func<Task<string?>>? _outBy;
    private bool _isWriting;
    private bool _hasWritten;
    private readonly LogProof _proof;
    private LogProof.Moment? _begun;
    private bool _owesProof;
    private bool _proves;

    /// <param name="partition">Which of the partitions.</param>
    /// <param name="leastWaste">The log is trimmed when it holds this many entries that are needed no more.</param>
    /// <param name="cuts">When it is cut.</param>
    /// <param name="storeIsThere">False: what is written would go nowhere. Asked before every write.</param>
    /// <param name="writer">On whose behalf it writes.</param>
    /// <param name="claims">The log is new to that writer, who takes it over from whoever had it. Otherwise it must still be his.</param>
    /// <param name="outBy">Says which node voted this one out of the cluster, if one did. Null: there is no cluster.</param>
    /// <param name="busy">What this node knows of businesses' appointments. Gets what the log knows of them.</param>
    /// <param name="proof">Told of each write.</param>
    public CallJournal(int partition, int leastWaste, CutTurns cuts, Func<bool> storeIsThere, LogWriter writer, bool claims, Func<Task<string?>>? outBy,
        BusyBook busy, LogProof proof)
    {
        PersistenceId = IdOf(partition);
        _open = new OpenCalls(leastWaste);
        _trim = new LogTrim(_open, cuts, Self);
        _storeIsThere = storeIsThere;
        _writer = writer;
        _claims = claims;
        _outBy = outBy;
        _busy = new LoggedBusy(busy);
        _proof = proof;
    }

    private sealed record CutOn
    {
        public static readonly CutOn Instance = new();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public override string PersistenceId { get; }

    // There are no snapshots: the log is short, and what is old in it is written anew at its end.
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    public static string IdOf(int partition) => $"calls-{partition}";

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Append append:
                CrashPoint.Reach(CrashPoint.AppendTaken);
                _waiting.Add(append, Sender);
                break;
            case Remind remind:
                // What the failed session appended may be on its way; it is waited for.
                _waiting.Add(remind, Sender);
                break;
            case Prove:
                _owesProof = true;
                break;
            case CloseForgotten forgotten:
                foreach (var callId in forgotten.Calls)
                    if (_open.NumberOf(callId) is > 0 and var number) _waiting.Add(new Append(callId, 0, number + 1, [], Closes: true), ActorRefs.Nobody);
                break;
            case OutBy { Node: { } node }:
                Withdraw(node);
                return;
            case OutBy:
                Claim();
                return;
            case Akka.Actor.Status.Failure failure:
                // Its supervisor starts it again, and it asks again.
                _log.Warning(failure.Cause, "Whether this node may still take the log of {0} was not learned: {1}", PersistenceId, failure.Cause.Message);
                Context.Stop(Self);
                return;
            case DeleteMessagesSuccess success:
                OnDeleted(success.ToSequenceNr);
                break;
            case CutOn:
                _trim.GoesOn();
                CutWhereReady();
                break;
            case DeleteMessagesFailure failure:
                _log.Warning(failure.Cause, "The log of {0} could not be trimmed up to {1}; that is tried again in {2}", PersistenceId, failure.ToSequenceNr,
                    CutTurns.AfterFailure);
                CutIn(_trim.Refused());
                break;
            default:
                Unhandled(message);
                break;
        }

        WriteNext();
    }

    protected override void PostStop()
    {
        _trim.Leave();
        base.PostStop();
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _log.Warning(cause, "The journal's store failed {0} at {1}: {2}", PersistenceId, sequenceNr, cause.Message);
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    /// <summary>Each entry was put into its form before, so this is nothing of one call's; none of the group is in the log.</summary>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _log.Error(cause, "The journal's store rejected what was to stand in {0} at {1}", PersistenceId, sequenceNr);
        _isWriting = false;
        if (_replay is not null)
        {
            // Without the claim nothing may be told: its supervisor starts it again.
            Context.Stop(Self);
            return;
        }

        _busy.NotWritten();
        var rejected = _waiting.Written();
        foreach (var (append, by, _) in rejected) by.Tell(new NotAppended(append.Epoch, append.Number, cause.Message));
        if (_proves)
        {
            // Nothing was proved; asked again, it would be rejected again.
            Context.Stop(Self);
            return;
        }

        // A mark that is rejected by itself would be so for ever.
        if (rejected.Count > 0) _trim.MarkWasLost();
        WriteNext();
    }

    private void TellWrites()
    {
        if (!_hasWritten) Context.Parent.Tell(JournalWrites.Instance);
        _hasWritten = true;
    }

    private void WriteNext()
    {
        if (_isWriting) return;
        foreach (var (remind, by) in _waiting.TakeReminds()) Answer(remind, by);
        if ((_waiting.NextBatch(_book, _busy) ?? (_trim.OwesMark || _owesProof ? new EntryBatch() : null)) is not { } batch) return;
        if (!_storeIsThere())
            throw new IOException(
                "The journal is not held: its file is gone, or the connection that held it was cut. What is written now might never be found.");
        _isWriting = true;
        _trim.Marks();
        (_proves, _owesProof) = (_owesProof, false);
        _begun = _proof.Begin();
        batch.Writer = _writer.Id;
        PersistAsync(batch, OnWritten);
    }

    private void OnWritten(EntryBatch batch)
    {
        _isWriting = false;
        _proof.Renew(_begun!);
        if (_proves) Context.Parent.Tell(Proved.Instance);
        _proves = false;
        _trim.Holds(LastSequenceNr);
        if (batch.Entries.Count == 0) _open.Passed(batch.CalculateSize());
        foreach (var business in batch.Businesses) Read(business);
        foreach (var busy in batch.Busy) _open.Passed(busy.CalculateSize());
        _busy.Written(LastSequenceNr);
        List<CallId>? grown = null;
        var written = _waiting.Written();
        foreach (var (append, session, bytes) in written)
        {
            CrashPoint.Reach(CrashPoint.AppendWritten);
            if (_open.Written(append.CallId, append.Number, append.Facts, append.Closes, LastSequenceNr, bytes)) (grown ??= []).Add(append.CallId);
            session.Tell(new Appended(append.Epoch, append.Number));
        }

        if (grown is not null) Context.Parent.Tell(new CarryForward([.. grown]));
        TellWrites();
        // Closed calls are trimmed from the log; the few old ones that are still live write their state anew, businesses included, so that nothing behind the
        // cut refers to what stood before it. Nothing is under way here, and what waits has not been given its form.
        if (_trim.BeginsAt(LastSequenceNr)) ForgetUpTo(LastSequenceNr);
        if (_open.NextToAsk(written.Count) is { IsEmpty: false } old) Context.Parent.Tell(new CarryForward(old));
        CutWhereReady();
        WriteNext();
    }

    private void Answer(Remind remind, IActorRef session)
    {
        session.Tell(new LogSays(remind.Epoch, _open.NumberOf(remind.CallId)));
        // Who failed may have failed with the question unread, and nobody else would ask again.
        if (_open.Awaits(remind.CallId)) session.Tell(Checkpoint.Instance);
    }

    private void CutWhereReady()
    {
        switch (_trim.Next(LastSequenceNr))
        {
            case { Delete: { } upTo }: DeleteMessages(upTo); break;
            case { Wait: { } wait }: CutIn(wait); break;
        }
    }

    private void OnDeleted(long upTo)
    {
        if (_trim.Deleted(upTo) is { } wait) CutIn(wait);
        else _log.Info("The log of {0} was trimmed up to {1}; {2} calls are open", PersistenceId, upTo, _open.Count);
    }

    private void CutIn(TimeSpan wait) => Timers.StartSingleTimer(CutOn.Instance, CutOn.Instance, wait);
}
