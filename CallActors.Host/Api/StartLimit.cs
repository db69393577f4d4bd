namespace CallActors.Host.Api;

/// <summary>
/// How many starts of calls may wait for their reply at once, so that the calls that were accepted are served in time. What a moment's queue costs is no sign of
/// too much work; a queue that stands is, and it shows in the quickest event (Nichols and Jacobson, Controlling Queue Delay, 2012). While that one waits too
/// long, fewer starts may wait; afterwards more again, step by step.
/// </summary>
internal sealed class StartLimit
{
    /// <summary>So many may always: whether the service is slow is not to be guessed from a handful of calls.</summary>
    public const int Least = 16;

    /// <summary>The quickest event is looked for in so much time.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private const int Steps = 32;
    private readonly int _most;
    private readonly TimeSpan _bearable;
    private TimeSpan _since;
    private TimeSpan? _quickest;

    /// <param name="most">The most that ever may.</param>
    /// <param name="bearable">What the quickest event of an accepted call may wait.</param>
    public StartLimit(int most, TimeSpan bearable) => (_most, _bearable, Now) = (most, bearable, most);

    public int Now { get; private set; }

    /// <summary>An event has its reply.</summary>
    /// <param name="at">The time, from whenever.</param>
    /// <param name="wait">What it waited; null: a start, which waits for more than the service's own work.</param>
    /// <param name="starts">How many starts wait.</param>
    public void Observe(TimeSpan at, TimeSpan? wait, int starts)
    {
        if (at - _since >= Interval) Decide(at, starts);
        if (wait is { } waited && !(_quickest <= waited)) _quickest = waited;
    }

    private void Decide(TimeSpan at, int starts)
    {
        Now = _quickest > _bearable ? Math.Max(Math.Min(Least, _most), Math.Min(Now, starts) * 3 / 4) : Math.Min(_most, Now + Math.Max(1, _most / Steps));
        (_since, _quickest) = (at, null);
    }
}
