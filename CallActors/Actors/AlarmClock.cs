namespace CallActors.Actors;

/// <summary>
/// A session's one alarm. The supervisor keeps the time for all its calls, and a request that was made is never taken back: an alarm that
/// rings too early is set again. So an event that moves the idle time-out costs no message.
/// </summary>
internal struct AlarmClock
{
    /// <summary>In ticks of UTC; 0: it is not set.</summary>
    private long _set;

    /// <summary>Sees to it that it rings at this time at the latest.</summary>
    /// <returns>When to ask the supervisor for; null: what was asked for is early enough.</returns>
    public DateTimeOffset? SetFor(DateTimeOffset? due)
    {
        if (due is not { } at || (_set > 0 && at.UtcTicks >= _set)) return null;
        _set = at.UtcTicks;
        return at;
    }

    /// <summary>It rang, and what was asked for is over.</summary>
    public void Rang() => _set = 0;
}
