namespace CallActors.Actors;

/// <summary>How the loader asks.</summary>
/// <param name="Timeout">The longest a caller waits, queue and statement together.</param>
/// <param name="StatementsInFlight">Statements at once.</param>
/// <param name="GroupBound">Calls a statement.</param>
public sealed record LoaderSettings(TimeSpan Timeout, int StatementsInFlight = 3, int GroupBound = 500)
{
    /// <summary>How long a statement may take before another goes beside it, though its group is not full.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long nothing is asked of a database that has just failed; who asks meanwhile shares the next try.</summary>
    public TimeSpan Pause => Timeout / 20;
}
