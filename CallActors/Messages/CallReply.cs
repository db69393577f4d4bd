using CallActors.Domain;

namespace CallActors.Messages;

/// <summary>What became of an event or a command.</summary>
public enum CallOutcome
{
    /// <summary>It was new and it counts.</summary>
    Applied,

    /// <summary>It was seen before; nothing was done.</summary>
    Duplicate,

    /// <summary>It was not applied; the problem says why.</summary>
    Refused,
}

/// <summary>The slot an <c>appointment.*</c> event was about, and what it is now: <c>requested</c>, <c>confirmed</c> or <c>cancelled</c>.</summary>
public sealed record SlotReply(DateTimeOffset Start, DateTimeOffset? End, string State);

/// <summary>What a gateway's list of its live calls led to.</summary>
/// <param name="Listed">Calls it names.</param>
/// <param name="Ended">Calls that were held and are not among them, ended as <c>lost</c>.</param>
/// <param name="Started">Calls that were not held, and are now.</param>
/// <param name="Refused">Calls that were not held and are not now: they ended long ago here, or have no business.</param>
public sealed record SnapshotReply(int Listed, int Ended, int Started, int Refused);

/// <summary>The one answer to an event or a command of a call.</summary>
/// <param name="CallId">The call; the default where the event is about no call.</param>
/// <param name="EventId">CloudEvents' <c>id</c> of the event answered; null for a command.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="State">Where the call stands now; null where there is no call.</param>
/// <param name="Stashed">Write intents the call holds now.</param>
/// <param name="Context">On <c>call.started</c> and on a reload.</param>
/// <param name="Slot">On <c>appointment.*</c>.</param>
/// <param name="Problem">Where it was refused: why.</param>
public sealed record CallReply(
    CallId CallId,
    string? EventId,
    CallOutcome Outcome,
    CallPhase? State = null,
    int Stashed = 0,
    CallContext? Context = null,
    SlotReply? Slot = null,
    Problem? Problem = null)
{
    /// <summary>On <c>gateway.snapshot</c>.</summary>
    public SnapshotReply? Snapshot { get; init; }

    /// <summary>A refusal of an event for a call that is not here.</summary>
    public static CallReply Refuse(CallId callId, string? eventId, Problem problem) => new(callId, eventId, CallOutcome.Refused, Problem: problem);
}
