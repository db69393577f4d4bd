namespace CallActors.Actors;

/// <summary>How long the ledger remembers a call.</summary>
public sealed record LedgerSettings
{
    /// <summary>From the call's commit; <see cref="Domain.LedgerMemory.LeastKept"/> at least.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often what is older is looked for, give or take a half: nodes do not come together.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The wait for the next look.</summary>
    /// <param name="chance">From 0 to 1.</param>
    public TimeSpan WaitOf(double chance) => Every * (0.5 + chance);
}
