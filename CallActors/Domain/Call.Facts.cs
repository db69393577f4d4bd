using System.Numerics;

namespace CallActors.Domain;

/// <summary>How facts make the state: applied in order, they are all there is to it.</summary>
public sealed partial record Call
{
    private const string Heartbeat = "gateway.heartbeat";

    /// <summary>The state a fact leads to. Total and deterministic: no clock, no chance, no I/O.</summary>
    /// <exception cref="InvalidOperationException">The fact is unknown, or the first one is neither <see cref="CallFact.Opened"/> nor
    /// <see cref="CallFact.Restored"/>.</exception>
    public static Call Apply(Call? call, CallFact fact)
    {
        if (fact is CallFact.Opened opened)
        {
            return new Call
            {
                Id = opened.CallId,
                Start = opened.Start,
                Source = opened.Source,
                StartedAt = opened.At,
                OpenedAt = opened.HeardAt,
                LastHeardAt = opened.HeardAt,
                LastEventAt = opened.At,
            };
        }

        if (fact is CallFact.Restored restored) return restored.State;
        if (call is null) throw new InvalidOperationException($"A call begins with {nameof(CallFact.Opened)}, not with {fact.GetType().Name}.");
        return fact switch
        {
            CallFact.Heard heard => call.Remember(heard),
            CallFact.ContextGiven given => call with
            {
                Context = given.Context,
                Phase = call.Phase == CallPhase.Loading ? CallPhase.Greeting : call.Phase,
                Timeline = call.Noted(given.At, "context", given.Context.Source == ContextSource.Minimal ? "minimal" : null),
            },
            CallFact.StatusAdvanced advanced => call.Advance(advanced),
            // A guard that fires late does not bring a call back that has ended.
            CallFact.WentLive live => call with
            {
                Phase = call.Phase == CallPhase.Flushing ? call.Phase : CallPhase.Live,
                Timeline = call.Noted(live.At, "live", live.Cause),
            },
            CallFact.Stashed stashed => call with { Stash = call.Stash.With(stashed.Intent, stashed.Sequence) },
            // A second end may tell more of the status; it makes the call no shorter.
            CallFact.Ended ended => call with
            {
                Phase = CallPhase.Flushing,
                Status = call.IsEndGuessed ? ended.Status : call.Status.Advance(ended.Status),
                EndedAt = ended.At < call.EndedAt ? call.EndedAt : ended.At,
                EndReason = ended.Reason,
                EndDetail = ended.Detail,
                ReportedSeconds = ended.ReportedSeconds < call.ReportedSeconds ? call.ReportedSeconds : ended.ReportedSeconds ?? call.ReportedSeconds,
                Timeline = call.Noted(ended.At, "ended", ended.Detail is null ? ended.Reason.ToString() : $"{ended.Reason}: {ended.Detail}"),
            },
            _ => throw new InvalidOperationException($"No call knows the fact {fact.GetType().Name}."),
        };
    }

    /// <summary>The state a call's facts lead to.</summary>
    public static Call Replay(IEnumerable<CallFact> facts) =>
        facts.Aggregate((Call?)null, Apply) ?? throw new InvalidOperationException("A call without facts is none.");

    private Call Remember(CallFact.Heard heard)
    {
        var beats = heard.Type == Heartbeat;
        return this with
        {
            Seen = beats ? Seen : Latest(Seen, heard.Fingerprint, SeenCapacity),
            SeenHeartbeats = beats ? Latest(SeenHeartbeats, heard.Fingerprint, HeartbeatCapacity) : SeenHeartbeats,
            LastHeardAt = heard.HeardAt,
            LastEventAt = heard.At > LastEventAt ? heard.At : LastEventAt,
            Timeline = beats ? Timeline : Noted(heard.At, heard.Type, heard.Note),
        };
    }

    private static ValueList<ulong> Latest(ValueList<ulong> seen, ulong fingerprint, int capacity) =>
        (seen.Count < capacity ? seen : seen.RemoveAt(0)).Add(fingerprint);

    private Call Advance(CallFact.StatusAdvanced advanced)
    {
        var further = this with { Status = Status.Advance(advanced.Status) };
        if (advanced.Status != CallStatus.InProgress || AnsweredAt is not null && !IsLaterAnswer(advanced.Sequence)) return further;
        return further with { AnsweredAt = advanced.At, AnswerHeardAt = AnswerHeardAt ?? advanced.HeardAt, AnswerSequence = advanced.Sequence };
    }

    /// <summary>Of two events that tell when the call was answered the higher number wins; where one has none, the first that came.</summary>
    public bool IsLaterAnswer(BigInteger? sequence) => sequence > AnswerSequence;

    private ValueList<TimelineEntry> Noted(DateTimeOffset at, string what, string? note)
    {
        var line = new TimelineEntry(at, what, note);
        if (Timeline.Count < TimelineCapacity) return Timeline.Add(line);
        return what == "ended" ? Timeline.RemoveAt(Timeline.Count - 1).Add(line) : Timeline;
    }
}
