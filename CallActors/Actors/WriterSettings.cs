namespace CallActors.Actors;

/// <summary>How the writer commits.</summary>
/// <param name="TransactionsInFlight">Transactions at once.</param>
/// <param name="GroupBound">Calls a transaction.</param>
public sealed record WriterSettings(int TransactionsInFlight = 2, int GroupBound = 500)
{
    /// <summary>Bytes of text a transaction, roughly; a call that has more goes alone.</summary>
    public int GroupBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long the first of a group waits for others.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(30);

    /// <summary>How long after a transaction was begun another goes beside it, though its group is not full.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a later version of a batch waits for the transaction the earlier one is in, before that is given up.</summary>
    public TimeSpan AmendPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest a transaction may take; then it is in doubt and tried again.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest a part of a group may take that has failed again and again, and a call that is tried by itself the first time.</summary>
    public TimeSpan RetryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call that was set apart waits for its next try; twice as long each time, up to a minute.</summary>
    public TimeSpan AlonePause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two tries while the database is away.</summary>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often dead letters are counted while there are any: another node, or a person, may have seen to them.</summary>
    public TimeSpan CountLettersEvery { get; init; } = TimeSpan.FromMinutes(1);
}
