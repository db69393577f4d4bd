namespace CallActors.Host.Api;

/// <summary>
/// How many calls a second may start, so that events of the calls that were accepted have their reply in time. Free, until more than one event in
/// <see cref="OneIn"/> waits too long; then fewer than just started, step by step, and more again, step by step, while calls are refused and events are in
/// time. It is found by trying, for what a start costs is the machine's affair. Additive increase would take minutes from a handful to thousands, so both steps
/// are factors. What a flood brings before any event can be late is bounded by a <see cref="StartRamp"/>.
/// </summary>
/// <param name="bearable">What an event of an accepted call may wait.</param>
internal sealed class StartRate(TimeSpan bearable)
{
    /// <summary>So many events in time for one that is not.</summary>
    public const int OneIn = 50;

    /// <summary>So many calls a second may start whatever happens: where no more do, events wait for another reason.</summary>
    public const double Least = 50;

    /// <summary>From a handful of events nothing is concluded.</summary>
    public const int Enough = 40;

    /// <summary>How often it is decided at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Where more than one in so many is late, it is plain that far too many calls start.</summary>
    private const int PlainOneIn = 4;

    private const double FarDown = 0.5, Down = 0.8, Up = 1.1;

    /// <summary>How long starts may be saved up, so that those that come in one batch are not refused: s.</summary>
    private const double Burst = 0.1;
    private readonly StartRamp _ramp = new();
    private TimeSpan _since;
    private TimeSpan _filled;
    private double _saved = StartRamp.Easy * StartRamp.Burst;
    private int _events;
    private int _late;
    private int _taken;
    private int _refused;

    /// <summary>Calls a second, found by trying; infinite while no event is late.</summary>
    public double Now { get; private set; } = double.PositiveInfinity;

    /// <summary>So many calls a second may start now.</summary>
    public double Bound => Math.Min(Now, _ramp.Now);

    /// <summary>An event of an accepted call has its reply.</summary>
    /// <param name="at">The time, from whenever.</param>
    /// <param name="wait">What it waited.</param>
    public void Observe(TimeSpan at, TimeSpan wait)
    {
        _events++;
        if (wait > bearable) _late++;
        Decide(at);
    }

    /// <summary>A call wants to start.</summary>
    /// <returns>False: it is one too many.</returns>
    public bool TryTake(TimeSpan at)
    {
        Decide(at);
        var filled = _filled;
        _filled = at;
        _ramp.MoveOn(at);
        var bound = Bound;
        var burst = bound == Now ? Burst : StartRamp.Burst;
        _saved = Math.Min(Math.Max(1, bound * burst), _saved + ((at - filled).TotalSeconds * bound));
        if (_saved < 1)
        {
            if (bound == Now) _refused++;
            return false;
        }

        _saved--;
        _taken++;
        _ramp.Take();
        return true;
    }

    private void Decide(TimeSpan at)
    {
        var passed = at - _since;
        var plain = _events * 2 >= Enough && _late * PlainOneIn > _events;
        if (passed < (plain ? Interval / 2 : Interval)) return;
        // While few events come, those of a longer time are looked at, but not of so long a time that they tell of another load.
        if (_events < Enough && !plain && passed < 8 * Interval) return;

        var started = _taken / passed.TotalSeconds;
        if (plain || (_events >= Enough && _late * OneIn > _events))
        {
            if (started > Least) Now = Math.Max(Least, Math.Min(Now, started) * (plain ? FarDown : Down));
        }
        else if (_refused > 0)
        {
            Now *= Up;
        }

        (_since, _events, _late, _taken, _refused) = (at, 0, 0, 0, 0);
    }
}
