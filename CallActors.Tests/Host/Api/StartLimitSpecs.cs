using CallActors.Host.Api;

namespace CallActors.Tests.Host.Api;

public sealed class StartLimitSpecs
{
    private const int Most = 4_096;
    private static readonly TimeSpan Bearable = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(80);
    private readonly StartLimit _limit = new(Most, Bearable);
    private TimeSpan _now = TimeSpan.FromHours(1);

    /// <summary>One interval in which these waits are seen.</summary>
    private int After(int starts, params TimeSpan?[] waits)
    {
        foreach (var wait in waits) _limit.Observe(_now, wait, starts);
        _now += StartLimit.Interval;
        return _limit.Now;
    }

    [Fact]
    public void One_quick_event_among_slow_ones_is_a_queue_that_does_not_stand()
    {
        for (var i = 0; i < 50; i++) Assert.Equal(Most, After(1_000, Slow, Quick, Slow));
    }

    [Fact]
    public void While_even_the_quickest_waits_too_long_fewer_starts_may_wait_and_never_fewer_than_a_handful()
    {
        Assert.Equal(Most, After(1_000, Slow, Slow));
        Assert.Equal(750, After(1_000, Slow));
        var last = _limit.Now;
        for (var i = 0; i < 20; i++) last = After(last, Slow, null, Slow);
        Assert.Equal(StartLimit.Least, last);
    }

    [Fact]
    public void Once_the_queue_is_gone_more_may_wait_again_until_as_many_as_ever()
    {
        for (var i = 0; i < 20; i++) After(_limit.Now, Slow);
        var low = After(_limit.Now, Quick);
        Assert.Equal(StartLimit.Least, low);
        var next = low;
        for (var i = 0; i < 3; i++) next = After(low, Quick);
        Assert.InRange(next, low + 1, Most / 2);
        for (var i = 0; i < 40; i++) next = After(low, Quick);
        Assert.Equal(Most, next);
    }

    [Fact]
    public void Where_no_call_is_left_to_be_served_in_time_starts_come_back()
    {
        for (var i = 0; i < 20; i++) After(_limit.Now, Slow);
        for (var i = 0; i < 40; i++) After(0, [null]);
        Assert.Equal(Most, _limit.Now);
    }

    [Fact]
    public void A_bound_below_a_handful_stands()
    {
        var small = new StartLimit(2, Bearable);
        for (var i = 0; i < 5; i++) small.Observe(_now += StartLimit.Interval, Slow, 2);
        Assert.Equal(2, small.Now);
    }
}
