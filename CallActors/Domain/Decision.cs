using System.Collections.Immutable;
using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>What follows from a message: the facts it makes true, and what is answered once they are kept.</summary>
/// <param name="Facts">In order; none for a duplicate or a refusal.</param>
/// <param name="Outcome">What is answered.</param>
public sealed record Decision(ImmutableArray<CallFact> Facts, CallOutcome Outcome)
{
    public Problem? Problem { get; init; }
    public SlotReply? Slot { get; init; }

    /// <summary>Whether the reply carries the context.</summary>
    public bool TellsContext { get; init; }

    public static Decision Apply(params ReadOnlySpan<CallFact> facts) => new([.. facts], CallOutcome.Applied);

    public static Decision Refuse(Problem problem) => new([], CallOutcome.Refused) { Problem = problem };

    /// <summary>The reply, from the state the facts led to.</summary>
    public CallReply Reply(Call call, string? eventId) => new(
        call.Id, eventId, Outcome, call.Phase, call.Stash.Count, TellsContext ? call.Context : null, Slot, Problem);
}
