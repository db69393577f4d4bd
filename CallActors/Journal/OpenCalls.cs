using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Journal;

/// <summary>
/// Which calls' entries the log holds and still needs, and how much of it is needed no more. Plain data: what a partition's journal knows of its
/// log without reading it again.
/// </summary>
/// <param name="leastWaste">A log is trimmed when it holds this many entries that are needed no more.</param>
internal sealed class OpenCalls(int leastWaste)
{
    private readonly Dictionary<CallId, Tracked> _calls = [];
    private readonly HashSet<CallId> _mustWriteAnew = [];
    private long? _firstInLog;
    private long _needed;
    private long? _cut;

    /// <summary>What the log holds of a call.</summary>
    /// <param name="Number">Of its last entry.</param>
    /// <param name="LastFacts">That entry's facts.</param>
    /// <param name="First">Where its first needed entry stands in the log.</param>
    /// <param name="Entries">How many of its entries are needed.</param>
    private sealed record Tracked(long Number, ImmutableArray<CallFact> LastFacts, long First, int Entries);

    public int Count => _calls.Count;

    public (long Number, ImmutableArray<CallFact> LastFacts) Find(CallId callId) =>
        _calls.TryGetValue(callId, out var call) ? (call.Number, call.LastFacts) : (0, []);

    /// <summary>Something other than a call's entry stands in the log.</summary>
    public void Passed(long sequenceNr) => _firstInLog ??= sequenceNr;

    /// <summary>A call's entry stands in the log.</summary>
    public void Written(CallId callId, long number, ImmutableArray<CallFact> facts, bool closes, long sequenceNr)
    {
        Passed(sequenceNr);
        _calls.Remove(callId, out var before);
        var anew = before is null || facts is [CallFact.Restored, ..];
        if (closes || anew)
        {
            // What stood before a closing entry, or before a state written anew, is needed no more.
            _needed -= before?.Entries ?? 0;
            _mustWriteAnew.Remove(callId);
        }

        if (closes) return;
        _needed++;
        _calls[callId] = anew
            ? new Tracked(number, facts, sequenceNr, 1)
            : before! with { Number = number, LastFacts = facts, Entries = before.Entries + 1 };
    }

    /// <summary>
    /// Whether to trim: the log holds enough that is needed no more, and at least twice what would have to be written anew, so that a trim costs a
    /// fraction of what it frees.
    /// </summary>
    public bool IsDueForTrim(long lastSequenceNr)
    {
        var waste = lastSequenceNr - (_firstInLog ?? lastSequenceNr) + 1 - _needed;
        return _cut is null && waste >= leastWaste && waste >= 2L * _calls.Count;
    }

    /// <summary>Begins a trim.</summary>
    /// <param name="cut">What is to be deleted: everything up to here.</param>
    /// <returns>The calls that have entries up to there: they have to write their state anew first.</returns>
    public ImmutableArray<CallId> BeginTrim(long cut)
    {
        _cut = cut;
        _mustWriteAnew.UnionWith(_calls.Where(call => call.Value.First <= cut).Select(call => call.Key));
        return [.. _mustWriteAnew];
    }

    /// <summary>Up to where the log can be deleted now; null: no trim is under way, or some call has not written its state anew yet.</summary>
    public long? Cut => _mustWriteAnew.Count == 0 ? _cut : null;

    /// <summary>The trim is over: what stood before is gone, or (the store failed) is tried with the next trim.</summary>
    public void EndTrim(bool deleted)
    {
        if (deleted) _firstInLog = _cut + 1;
        _cut = null;
    }
}
