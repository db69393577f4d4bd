using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Messages;
using CallActors.Telemetry;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Actors;

/// <summary>How a log is read when its journal starts, and taken over from whoever had it.</summary>
internal sealed partial class CallJournal
{
    private LogReplay? _replay = new();

    /// <param name="Node">Who voted this node out; null: nobody.</param>
    private sealed record OutBy(string? Node);

    protected override void OnRecover(object message)
    {
        if (message is not RecoveryCompleted) _trim.Holds(LastSequenceNr);
        switch (message)
        {
            case EntryBatch batch:
                _replay!.ReadWriter(batch);
                if (batch.Entries.Count == 0) _open.Passed(batch.CalculateSize());
                foreach (var business in batch.Businesses) Read(business);
                foreach (var busy in batch.Busy) Read(busy);
                foreach (var entry in batch.Entries) Read(entry);
                break;
            // Logs of the first version have one entry an event.
            case BusinessEntry business:
                Read(business);
                break;
            case CallEntry entry:
                Read(entry);
                break;
            case RecoveryCompleted:
                if (!_replay!.Calls.IsEmpty) CrashPoint.Reach(CrashPoint.LogRead);
                if (_claims) AskWhetherOut();
                else if (_replay.Writer is { } other && other.Id != _writer.Id) Withdraw(other.Node);
                else Claim();
                break;
            default:
                throw new InvalidOperationException($"The log of {PersistenceId} holds a {message.GetType().Name}, which this version does not know.");
        }
    }

    /// <summary>
    /// A node that was given a partition, and stood still before it had it, must not take it when it wakes from those who went on without it. Asked after the
    /// log was read: who is voted out later than that finds that his claim comes too late, and asks again.
    /// </summary>
    private void AskWhetherOut()
    {
        _isWriting = true;
        if (_outBy is null) Claim();
        else _outBy().PipeTo(Self, success: node => new OutBy(node));
    }

    /// <summary>
    /// Nobody is told of the calls before the claim stands: until then another may still write. The journal's own life before this one may, too: a write that
    /// it was told had failed, and that the server still has in hand, would come in where the next entry belongs, and be taken for it.
    /// </summary>
    private void Claim()
    {
        _isWriting = true;
        _begun = _proof.Begin();
        PersistAsync(new EntryBatch { Writer = _writer.Id, Node = _writer.Node }, _ =>
        {
            _isWriting = false;
            _proof.Renew(_begun);
            _trim.Holds(LastSequenceNr);
            Open();
            TellWrites();
            WriteNext();
        });
    }

    private void Withdraw(string node)
    {
        Context.Parent.Tell(new Superseded(node));
        Context.Stop(Self);
    }

    private void Open()
    {
        foreach (var damaged in _replay!.Damaged) _log.Error("The log of {0} has no beginning of call {1}; the call cannot go on", PersistenceId, damaged);
        Context.Parent.Tell(new Recovered(_replay.Calls));
        _replay = null;

        // A deletion that the life before asked for may still be under way and take away what has just been read: calls that start from now on bring their
        // business again.
        ForgetUpTo(LastSequenceNr);
        // The life before this one may have ended before it asked them.
        if (_open.Asked is { IsEmpty: false } grown) Context.Parent.Tell(new CarryForward(grown));
    }

    private void Read(BusinessEntry business)
    {
        _book.Written(business, LastSequenceNr);
        _open.Passed(business.CalculateSize());
    }

    /// <summary>
    /// What makes no sense is passed over, unlike what else stands in a log: a slot that was offered in vain is refused at the commit, and a log that is not
    /// read ends its calls.
    /// </summary>
    private void Read(BusyEntry busy)
    {
        _open.Passed(busy.CalculateSize());
        try
        {
            _busy.Read(busy);
        }
        catch (InvalidDataException e)
        {
            _log.Warning(e, "The log of {0} has at {1} what cannot be read of a business's appointments, which counts as not known: {2}", PersistenceId,
                LastSequenceNr, e.Message);
        }
    }

    private void ForgetUpTo(long sequenceNr)
    {
        _book.ForgetUpTo(sequenceNr);
        _busy.ForgetUpTo(sequenceNr);
    }

    private void Read(CallEntry entry)
    {
        var isWhole = FactCodec.IsWhole(entry, _book);
        var (callId, facts) = (CallId.Parse(entry.CallId), isWhole ? FactCodec.FromWire(entry, _book) : []);
        if (isWhole) _replay!.Read(callId, (long)entry.Number, facts, entry.Closed);
        else _replay!.ReadRest(callId);
        _open.Written(callId, (long)entry.Number, facts, entry.Closed, LastSequenceNr, entry.CalculateSize());
    }
}
