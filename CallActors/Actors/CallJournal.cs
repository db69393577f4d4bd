using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Messages;
using CallActors.Telemetry;
using Google.Protobuf;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Actors;

/// <summary>
/// The write-ahead log of one partition's calls. Entries of many calls that come while a write runs go to the store together in the next. It is read
/// once, when it starts. When the store fails Akka stops it, and only it: its supervisor starts it again, and what was in doubt is settled by what it
/// then reads.
/// </summary>
internal sealed class CallJournal : UntypedPersistentActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly BusinessBook _book = new();
    private readonly OpenCalls _open;
    private readonly Dictionary<(string CallId, long Number), IActorRef> _rejectable = [];
    private LogReplay? _replay = new();
    private int _underWay;
    private bool _hasWritten;
    private bool _trimming;
    private bool _cutting;

    /// <param name="partition">Which of the partitions.</param>
    /// <param name="leastWaste">The log is trimmed when it holds this many entries that are needed no more.</param>
    public CallJournal(int partition, int leastWaste)
    {
        PersistenceId = IdOf(partition);
        _open = new OpenCalls(leastWaste);
    }

    public override string PersistenceId { get; }

    // There are no snapshots: the log is short, and what is old in it is written anew at its end.
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    public static string IdOf(int partition) => $"calls-{partition}";

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case BusinessEntry business:
                _book.Written(business, LastSequenceNr);
                _open.Passed(LastSequenceNr);
                break;
            case CallEntry entry:
                var (callId, facts) = (CallId.Parse(entry.CallId), FactCodec.FromWire(entry, _book));
                _replay!.Read(callId, (long)entry.Number, facts, entry.Closed);
                _open.Written(callId, (long)entry.Number, facts, entry.Closed, LastSequenceNr);
                break;
            case RecoveryCompleted:
                if (!_replay!.Calls.IsEmpty) CrashPoint.Reach(CrashPoint.LogRead);
                foreach (var damaged in _replay!.Damaged) _log.Error("The log of {0} has no beginning of call {1}; the call cannot go on", PersistenceId, damaged);
                Context.Parent.Tell(new Recovered(_replay.Calls));
                _replay = null;
                break;
            default:
                throw new InvalidOperationException($"The log of {PersistenceId} holds a {message.GetType().Name}, which this version does not know.");
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Append append:
                Keep(append);
                break;
            case Remind remind:
                // What the failed session appended may be on its way; it is waited for.
                var session = Sender;
                DeferAsync(remind, asked =>
                {
                    var (number, facts) = _open.Find(asked.CallId);
                    session.Tell(new LogSays(asked.Epoch, number, facts));
                });
                break;
            case DeleteMessagesSuccess success:
                _log.Info("The log of {0} was trimmed up to {1}; {2} calls are open", PersistenceId, success.ToSequenceNr, _open.Count);
                EndTrim(deleted: true);
                break;
            case DeleteMessagesFailure failure:
                _log.Warning(failure.Cause, "The log of {0} could not be trimmed up to {1}", PersistenceId, failure.ToSequenceNr);
                EndTrim(deleted: false);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _log.Warning(cause, "The journal's store failed {0} at {1}: {2}", PersistenceId, sequenceNr, cause.Message);
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    /// <summary>An entry that cannot be written at all (it does not serialize) is this one call's trouble, not the log's.</summary>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _underWay--;
        _log.Error(cause, "The journal's store rejected an entry of {0} at {1}", PersistenceId, sequenceNr);
        if (@event is CallEntry entry && _rejectable.Remove((entry.CallId, (long)entry.Number), out var session))
            session.Tell(new NotAppended((long)entry.Number, cause.Message));
    }

    private void Keep(Append append)
    {
        CrashPoint.Reach(CrashPoint.AppendTaken);
        var businesses = new List<BusinessEntry>();
        var entry = FactCodec.ToWire(append.CallId, append.Number, append.Facts, append.Closes, _book, businesses);
        var session = Sender;
        _underWay += businesses.Count + 1;
        _rejectable[(entry.CallId, append.Number)] = session;
        PersistAllAsync(businesses.Cast<IMessage>().Append(entry), written =>
        {
            _underWay--;
            if (written is BusinessEntry business) _book.Written(business, LastSequenceNr);
            else OnWritten(append, session);
        });
    }

    private void OnWritten(Append append, IActorRef session)
    {
        CrashPoint.Reach(CrashPoint.AppendWritten);
        _rejectable.Remove((append.CallId.Value, append.Number));
        _open.Written(append.CallId, append.Number, append.Facts, append.Closes, LastSequenceNr);
        session.Tell(new Appended(append.Number));
        if (!_hasWritten) Context.Parent.Tell(JournalWrites.Instance);
        _hasWritten = true;
        if (!_trimming && _open.IsDueForTrim(LastSequenceNr)) BeginTrim();
        CutWhereReady();
    }

    /// <summary>
    /// Closed calls are trimmed from the log; the few old ones that are still live write their state anew, businesses included, so that nothing
    /// behind the cut refers to what stood before it.
    /// </summary>
    private void BeginTrim()
    {
        _trimming = true;

        // What is on its way may refer to a business before it, so the cut lies behind that, too; what is prepared from here on refers to nothing before.
        var cut = LastSequenceNr + _underWay;
        _book.ForgetUpTo(cut);
        DeferAsync(cut, _ =>
        {
            var old = _open.BeginTrim(cut);
            if (!old.IsEmpty) Context.Parent.Tell(new CarryForward(old));
            CutWhereReady();
        });
    }

    private void CutWhereReady()
    {
        if (_open.Cut is not { } cut || _cutting) return;
        _cutting = true;
        DeleteMessages(cut);
    }

    private void EndTrim(bool deleted)
    {
        _trimming = _cutting = false;
        _open.EndTrim(deleted);
    }
}
