using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Journal;

/// <summary>
/// Which calls' entries the log holds and still needs, and how much of it is needed no more. Plain data: what a partition's journal knows of its
/// log without reading it again. Counted in entries and in bytes, of which a write to the store holds many.
/// </summary>
/// <param name="leastWaste">A log is trimmed when it holds this many entries that are needed no more.</param>
internal sealed class OpenCalls(int leastWaste)
{
    /// <summary>
    /// A call that has more entries than this is written anew: what a start has to read is bounded by the calls there are, not by what they said.
    /// </summary>
    public const int LongestHistory = 48;

    /// <summary>Texts that replaced each other are written anew, too, once they weigh this much and several times what stands.</summary>
    public const int HeaviestHistory = 256 * 1024;
    private const int LeastWasteBytes = 16 * 1024 * 1024;

    /// <summary>
    /// While a log is trimmed, one of so many entries is that of an old call that writes its state anew: callers must not wait for housekeeping.
    /// </summary>
    private const int EntriesForOneOld = 4;

    private readonly Dictionary<CallId, Tracked> _calls = [];
    private readonly HashSet<CallId> _mustWriteAnew = [];
    private readonly Queue<CallId> _toAsk = new();
    private Weight _inLog;
    private Weight _needed;
    private Weight _inCut;
    private long? _cut;

    private readonly record struct Weight(long Entries, long Bytes)
    {
        public static Weight operator +(Weight a, Weight b) => new(a.Entries + b.Entries, a.Bytes + b.Bytes);

        public static Weight operator -(Weight a, Weight b) => new(a.Entries - b.Entries, a.Bytes - b.Bytes);
    }

    /// <summary>What the log holds of a call.</summary>
    private sealed class Tracked
    {
        /// <summary>Of its last entry.</summary>
        public long Number { get; set; }

        /// <summary>Where its first needed entry stands in the log.</summary>
        public long First { get; private set; }

        /// <summary>Its entries that are needed.</summary>
        public Weight Needed { get; private set; }

        /// <summary>The first of them.</summary>
        public Weight Begin { get; private set; }

        /// <summary>It was asked for, and no entry asks for it again before it has come.</summary>
        public bool IsAsked { get; set; }

        public bool IsLong => Needed.Entries > LongestHistory || (Needed.Bytes > HeaviestHistory && Needed.Bytes > 4 * Begin.Bytes);

        public void StartAt(long sequenceNr, Weight weight)
        {
            First = sequenceNr;
            Needed = Begin = weight;
            IsAsked = false;
        }

        public void GoOn(Weight weight) => Needed += weight;
    }

    public int Count => _calls.Count;

    /// <summary>The number of the last entry of a call that is open; 0: the log holds none.</summary>
    public long NumberOf(CallId callId) => _calls.TryGetValue(callId, out var call) ? call.Number : 0;

    /// <summary>Calls whose history has become so long that they should write their state anew, and have not.</summary>
    public ImmutableArray<CallId> Asked => [.. _calls.Where(call => call.Value.IsAsked).Select(call => call.Key)];

    /// <summary>Whether the call is to write its state anew: it was asked, or will be.</summary>
    public bool Awaits(CallId callId) => _mustWriteAnew.Contains(callId) || (_calls.TryGetValue(callId, out var call) && call.IsAsked);

    /// <summary>Something other than a call's entry stands in the log.</summary>
    public void Passed(int bytes) => _inLog += new Weight(1, bytes);

    /// <summary>A call's entry stands in the log.</summary>
    /// <returns>Whether the call's history has become so long that it should write its state anew.</returns>
    public bool Written(CallId callId, long number, ImmutableArray<CallFact> facts, bool closes, long sequenceNr, int bytes)
    {
        Passed(bytes);
        var weight = new Weight(1, bytes);
        _calls.TryGetValue(callId, out var call);
        var anew = call is null || facts is [CallFact.Restored, ..];
        if (closes || anew)
        {
            // What stood before a closing entry, or before a state written anew, is needed no more.
            if (call is not null) _needed -= call.Needed;
            _mustWriteAnew.Remove(callId);
        }

        if (closes)
        {
            _calls.Remove(callId);
            return false;
        }

        if (call is null) _calls.Add(callId, call = new Tracked());
        _needed += weight;
        call.Number = number;
        if (anew) call.StartAt(sequenceNr, weight);
        else call.GoOn(weight);
        var asks = call is { IsAsked: false, IsLong: true };
        if (asks) call.IsAsked = true;
        return asks;
    }

    /// <summary>
    /// Whether to trim: the log holds enough that is needed no more, and more than would have to be written anew, so that a trim costs a fraction of what
    /// it frees.
    /// </summary>
    public bool IsDueForTrim()
    {
        var waste = _inLog - _needed;
        return !IsTrimmed
            && ((waste.Entries >= leastWaste && waste.Entries >= 2L * _calls.Count) || (waste.Bytes >= LeastWasteBytes && waste.Bytes >= _needed.Bytes));
    }

    /// <summary>
    /// Begins a trim: the calls that have entries up to the cut have to write their state anew first, and are asked for it with <see cref="NextToAsk"/>.
    /// </summary>
    /// <param name="cut">What is to be deleted: everything up to here, which is all there is.</param>
    public void BeginTrim(long cut)
    {
        _cut = cut;
        _inCut = _inLog;
        _mustWriteAnew.UnionWith(_calls.Where(call => call.Value.First <= cut).Select(call => call.Key));
        _toAsk.Clear();
        foreach (var call in _mustWriteAnew) _toAsk.Enqueue(call);
    }

    /// <summary>
    /// Which calls to ask next for their state, each once a trim. A few after each write, and not all at once: thousands of states in one moment keep every
    /// caller waiting behind them, and a log has time. Whoever ends meanwhile is not asked at all.
    /// </summary>
    /// <param name="written">Entries of the write that is over.</param>
    public ImmutableArray<CallId> NextToAsk(int written)
    {
        if (_toAsk.Count == 0) return [];
        var (next, most) = (ImmutableArray.CreateBuilder<CallId>(), Math.Max(1, written / EntriesForOneOld));
        while (next.Count < most && _toAsk.TryDequeue(out var call))
            if (_mustWriteAnew.Contains(call)) next.Add(call);
        return next.ToImmutable();
    }

    /// <summary>A trim was begun and is not over.</summary>
    public bool IsTrimmed => _cut is not null;

    /// <summary>Up to where the log can be deleted now; null: no trim is under way, or some call has not written its state anew yet.</summary>
    public long? Cut => _mustWriteAnew.Count == 0 ? _cut : null;

    /// <summary>The trim is over: what stood before the cut is gone.</summary>
    public void EndTrim()
    {
        _inLog -= _inCut;
        _cut = null;
    }
}
