namespace CallActors.Host.Api;

/// <summary>
/// How fast new calls may become more. That events of accepted calls are late is known only once too many have started, and all of these have to be served
/// first: a flood that is taken in as it comes is felt for a second after. So what starts may no more than double within an <see cref="Interval"/>, beyond what
/// any machine bears.
/// </summary>
internal sealed class StartRamp
{
    /// <summary>So many calls a second may start out of nothing.</summary>
    public const double Easy = 1_000;

    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long starts may be saved up: s. Some gateways tell all calls of a second in one batch.</summary>
    public const double Burst = 0.25;

    private const double Growth = 2;
    private TimeSpan _since;
    private int _taken;

    /// <summary>So many calls a second may start now.</summary>
    public double Now { get; private set; } = Easy;

    /// <param name="at">The time, from whenever, never less than before.</param>
    public void MoveOn(TimeSpan at)
    {
        var passed = at - _since;
        if (passed < Interval) return;
        Now = Math.Max(Easy, Growth * _taken / passed.TotalSeconds);
        (_since, _taken) = (at, 0);
    }

    /// <summary>A call starts.</summary>
    public void Take() => _taken++;
}
