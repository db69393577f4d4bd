using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Journal.Wire;
using CallActors.Messages;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Journal;

/// <summary>The calls of a partition, built up entry by entry as its log is read.</summary>
internal sealed class LogReplay
{
    private readonly Dictionary<CallId, RecoveredCall?> _calls = [];

    /// <summary>Who wrote last; null: the log is empty, or of a version in which writers did not say.</summary>
    public LogWriter? Writer { get; private set; }

    /// <summary>Takes in whose batch comes next.</summary>
    public void ReadWriter(EntryBatch batch)
    {
        if (batch.Writer.IsEmpty) return;
        if (Writer?.Id != batch.Writer) Writer = new LogWriter(batch.Writer, "another node");
        if (batch.HasNode) Writer = Writer with { Node = batch.Node };
    }

    /// <summary>Takes in the next entry.</summary>
    public void Read(CallId callId, long number, ImmutableArray<CallFact> facts, bool closes)
    {
        if (closes)
        {
            _calls.Remove(callId);
            return;
        }

        var before = _calls.GetValueOrDefault(callId)?.State;

        // The head of a log that was trimmed may hold the rest of a call that was closed soon after: its closing entry is still to come.
        var begins = facts is [CallFact.Opened or CallFact.Restored, ..];
        _calls[callId] = before is null && !begins ? null : new RecoveredCall(facts.Aggregate(before, Call.Apply)!, number);
    }

    /// <summary>
    /// Takes in an entry that refers to a business the log does not hold. Of a log that was being trimmed when its writer died, the businesses may be gone
    /// while entries that refer to them still stand: those of calls that have written their state anew since, or were closed.
    /// </summary>
    public void ReadRest(CallId callId) => _calls[callId] = null;

    /// <summary>The calls that are not closed.</summary>
    public ImmutableArray<RecoveredCall> Calls => [.. _calls.Values.OfType<RecoveredCall>()];

    /// <summary>Calls whose beginning is missing and whose end, too: the log is damaged.</summary>
    public ImmutableArray<CallId> Damaged => [.. _calls.Where(call => call.Value is null).Select(call => call.Key)];
}
