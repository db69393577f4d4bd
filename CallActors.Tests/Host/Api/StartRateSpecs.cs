using CallActors.Host.Api;

namespace CallActors.Tests.Host.Api;

public sealed class StartRateSpecs
{
    private static readonly TimeSpan Bearable = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(20);
    private readonly StartRate _rate = new(Bearable);
    private TimeSpan _now = TimeSpan.FromHours(1);

    /// <summary>So many calls start that no ramp bounds what the specs let start next.</summary>
    public StartRateSpecs()
    {
        for (var i = 0; i < 8; i++) Pass(6_000);
    }

    /// <summary>One interval in which calls want to start and events are answered, evenly; some of them late.</summary>
    /// <returns>How many were let in.</returns>
    private int Pass(int starts, int events = 100, int late = 0)
    {
        const int Steps = 100;
        var taken = 0;
        for (var step = 0; step < Steps; step++)
        {
            _now += StartRate.Interval / Steps;
            for (var i = Share(starts, step); i > 0; i--)
                if (_rate.TryTake(_now)) taken++;
            var slow = Share(late, step);
            for (var i = Share(events, step); i > 0; i--) _rate.Observe(_now, slow-- > 0 ? Slow : Quick);
        }

        return taken;

        static int Share(int of, int step) => (of * (step + 1) / Steps) - (of * step / Steps);
    }

    [Fact]
    public void While_events_are_answered_in_time_every_call_may_start()
    {
        for (var i = 0; i < 50; i++) Assert.Equal(5_000, Pass(5_000, late: 2));
        Assert.Equal(double.PositiveInfinity, _rate.Now);
    }

    [Fact]
    public void More_late_events_than_one_in_fifty_let_fewer_start_than_just_did_and_never_fewer_than_a_handful()
    {
        Pass(1_000);
        Assert.Equal(1_000, Pass(1_000, late: 3));
        Pass(1_000, late: 3);
        Assert.InRange(Pass(1_000, late: 3), 600, 900);
        for (var i = 0; i < 40; i++) Pass(1_000, late: 50);
        Assert.InRange(_rate.Now, StartRate.Least, StartRate.Least * 1.11);
        Assert.InRange(Pass(1_000, late: 50), 10, 20);
    }

    [Fact]
    public void Where_a_flood_makes_many_events_late_it_is_cut_short_within_a_second()
    {
        Pass(2_500, late: 60);
        Pass(2_500, late: 60);
        Pass(2_500, late: 60);
        Assert.InRange(Pass(2_500, late: 60), 20, 120);
    }

    [Fact]
    public void Once_events_are_in_time_more_may_start_for_as_long_as_any_is_refused()
    {
        for (var i = 0; i < 40; i++) Pass(1_000, late: 50);
        var low = Pass(1_000);
        for (var i = 0; i < 10; i++) Pass(1_000);
        Assert.InRange(Pass(1_000), low * 2, low * 4);
        for (var i = 0; i < 60; i++) Pass(1_000);
        Assert.Equal(1_000, Pass(1_000));
    }

    [Fact]
    public void Of_what_is_not_asked_for_nothing_is_found_out()
    {
        for (var i = 0; i < 40; i++) Pass(1_000, late: 50);
        var low = _rate.Now;
        for (var i = 0; i < 400; i++) Pass(2);
        Assert.InRange(_rate.Now, low, low * 1.11);
    }

    [Fact]
    public void A_handful_of_events_tells_nothing()
    {
        for (var i = 0; i < 50; i++) Assert.Equal(1_000, Pass(1_000, events: 1, late: 1));
    }

    [Fact]
    public void Few_events_are_gathered_until_they_tell_something()
    {
        for (var i = 0; i < 5; i++) Pass(100, events: 10, late: 10);
        Assert.InRange(_rate.Now, StartRate.Least, 400);
    }

    [Fact]
    public void Where_no_call_is_left_to_be_served_in_time_starts_come_back()
    {
        for (var i = 0; i < 40; i++) Pass(1_000, late: 50);
        for (var i = 0; i < 500; i++) Pass(1_000, events: 0);
        Assert.Equal(1_000, Pass(1_000, events: 0));
    }

    [Fact]
    public void A_batch_of_starts_is_let_in_at_once_as_far_as_any_machine_bears()
    {
        for (var i = 0; i < 40; i++) Pass(0);
        var taken = 0;
        for (var i = 0; i < 1_000; i++)
            if (_rate.TryTake(_now)) taken++;
        Assert.InRange(taken, 250, 310);
    }

    [Fact]
    public void Out_of_nothing_starts_become_more_step_by_step_though_no_event_is_late()
    {
        for (var i = 0; i < 40; i++) Pass(0);
        var taken = Enumerable.Range(0, 6).Select(_ => Pass(40_000)).ToArray();
        Assert.InRange(taken[0], 450, 650);
        for (var i = 1; i < taken.Length; i++) Assert.InRange(taken[i], taken[i - 1] * 1.5, taken[i - 1] * 2.5);
        Assert.Equal(double.PositiveInfinity, _rate.Now);
    }

    [Fact]
    public void What_is_refused_for_another_reason_is_no_leave_to_try_more()
    {
        for (var i = 0; i < 4; i++) Pass(1_000, late: 3);
        for (var i = 0; i < 40; i++) Pass(0);
        var found = _rate.Now;
        Assert.InRange(found, 1_200, 4_000);
        for (var i = 0; i < 100; i++)
        {
            for (var start = 0; start < 500; start++) _rate.TryTake(_now);
            for (var pause = 0; pause < 8; pause++) Pass(0);
        }

        Assert.Equal(found, _rate.Now);
    }

    [Fact]
    public void Events_that_are_late_while_next_to_no_call_starts_are_late_for_another_reason()
    {
        for (var i = 0; i < 50; i++) Assert.Equal(10, Pass(10, late: 100));
        Assert.Equal(200, Pass(200));
    }
}
