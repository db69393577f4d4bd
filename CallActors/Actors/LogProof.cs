namespace CallActors.Actors;

/// <summary>
/// When a partition's log was last known to be this node's. A node that stood still does not know that others went on without it: before it says that a call is
/// not here, or asks the database about it, it looks whether its log still is. Written by the journal, read by the supervisor.
/// </summary>
internal sealed class LogProof(TimeProvider time)
{
    /// <summary>How long a write speaks for the time after it: well below the 9 s for which a node has to be silent before others take its logs.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(3);

    private volatile Moment? _last;

    /// <summary>By both clocks: one of them may stand still with the machine, the other may be set.</summary>
    internal sealed record Moment(long Timestamp, DateTimeOffset At);

    /// <summary>Whether the log is known to be ours now.</summary>
    public bool IsFresh => _last is { } last && time.GetElapsedTime(last.Timestamp) < Lasts && (time.GetUtcNow() - last.At).Duration() < Lasts;

    /// <summary>A write is about to be sent: what it proves, it proves of this moment, however late its answer is read.</summary>
    public Moment Begin() => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>The write that was sent then stands in the log.</summary>
    public void Renew(Moment begun) => _last = begun;
}
