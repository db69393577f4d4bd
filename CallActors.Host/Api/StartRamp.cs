namespace CallActors.Host.Api;

/// <summary>
/// How fast new calls may become more. That events of accepted calls are late is known only once too many have started, and all of these have to be served first:
/// a flood that is taken in as it comes is felt for a second after. So what starts may no more than double within an <see cref="Interval"/>, beyond what any machine bears.
/// </summary>
internal sealed class StartRamp
{
    /// <summary>So many calls a second may start out of nothing.</summary>
    public const double Easy = 1_000;

    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private const double Growth = 2;
    private TimeSpan _since;
    private int _taken;
    private double _bound = Easy;

    /// <summary>So many calls a second may start now.</summary>
    /// <param name="at">The time, from whenever, never less than before.</param>
    public double Bound(TimeSpan at)
    {
        var passed = at - _since;
        if (passed < Interval) return _bound;
        _bound = Math.Max(Easy, Growth * _taken / passed.TotalSeconds);
        (_since, _taken) = (at, 0);
        return _bound;
    }

    /// <summary>A call starts.</summary>
    public void Take() => _taken++;
}
