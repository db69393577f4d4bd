using System.Collections.Immutable;
using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>What a business's calendar is asked before an event about a slot can be decided.</summary>
/// <param name="Business">Whose calendar.</param>
/// <param name="Slot">Which slot.</param>
/// <param name="Reserves">Whether it is to be this call's; otherwise only what is taken is asked, so that what is offered instead is free.</param>
public sealed record SlotQuestion(BusinessId Business, Slot Slot, bool Reserves);

/// <summary>What the calendar said.</summary>
/// <param name="IsReserved">The slot is this call's, and nobody else's.</param>
/// <param name="Taken">Otherwise: what others hold and what the CRM has, in UTC; stretches that touch are joined.</param>
public sealed record SlotAnswer(bool IsReserved, ImmutableArray<Slot> Taken)
{
    public static readonly SlotAnswer Reserved = new(true, []);
}
