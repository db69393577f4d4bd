namespace CallActors.Journal;

/// <summary>
/// Whose log is cut: one of a node's at a time, and with a pause after each portion, longer than a small one takes. SQLite lets one write at a time: what
/// callers wait for stands behind one portion at most, and not behind those of eight logs.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="pause">From the end of one turn to the next.</param>
internal sealed class CutTurns(TimeProvider time, TimeSpan pause)
{
    /// <summary>Less than Akka's timers go by, 10 ms: at each of their ticks somebody can have a turn.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4);

    /// <summary>From a deletion that the store refused to the next try.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ComeAgain = TimeSpan.FromMilliseconds(20);
    private readonly Lock _lock = new();
    private object? _holder;
    private long? _ended;

    /// <summary>When to ask again, for one whose chance of 0 to 1 this is: those that are refused together are not to come together.</summary>
    public static TimeSpan Again(double chance) => ComeAgain * (0.5 + chance);

    /// <returns>Whether <paramref name="log"/> may cut now; then it ends its turn.</returns>
    public bool TryTake(object log)
    {
        lock (_lock)
        {
            if (_holder is not null || (_ended is { } ended && time.GetElapsedTime(ended) < pause)) return false;
            _holder = log;
            return true;
        }
    }

    /// <summary>Ends the turn of <paramref name="log"/>, if it has it.</summary>
    public void End(object log)
    {
        lock (_lock)
        {
            if (_holder != log) return;
            (_holder, _ended) = (null, time.GetTimestamp());
        }
    }
}
