using CallActors.Host.Api;

namespace CallActors.Tests.Host.Api;

public sealed class StartRampSpecs
{
    private readonly StartRamp _ramp = new();
    private TimeSpan _now = TimeSpan.FromHours(1);

    private double After(int starts, double intervals = 1)
    {
        for (var i = 0; i < starts; i++) _ramp.Take();
        _ramp.MoveOn(_now += StartRamp.Interval * intervals);
        return _ramp.Now;
    }

    public StartRampSpecs() => _ramp.MoveOn(_now);

    [Fact]
    public void Out_of_nothing_as_many_may_start_as_any_machine_bears() => Assert.Equal(StartRamp.Easy, After(starts: 10));

    [Fact]
    public void Beyond_that_starts_may_double_with_each_interval()
    {
        Assert.Equal(2_000, After(starts: 250), 1.0);
        Assert.Equal(4_000, After(starts: 500), 1.0);
        Assert.Equal(4_000, After(starts: 500), 1.0);
    }

    [Fact]
    public void Within_an_interval_the_bound_stays()
    {
        After(starts: 500);
        Assert.Equal(4_000, After(starts: 900, intervals: 0.5), 1.0);
    }

    [Fact]
    public void A_pause_is_no_leave_to_flood()
    {
        After(starts: 5_000);
        Assert.Equal(StartRamp.Easy, After(starts: 5_000, intervals: 40));
    }
}
