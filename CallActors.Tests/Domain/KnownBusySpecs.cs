using CallActors.Domain;
using CsCheck;

namespace CallActors.Tests.Domain;

public class KnownBusySpecs
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    private static KnownBusy Seen(int second, params int[] taken) => new(Times(taken), Noon.AddSeconds(second));

    private static Booked Booked(int second, params int[] taken) => new(Times(taken), Noon.AddSeconds(second));

    private static BusyTimes Times(params int[] hours) => BusyTimes.FromMinutes(hours.Select(hour => (60 * hour, (60 * hour) + 30)));

    [Fact]
    public void What_was_booked_outlives_a_load_that_was_sent_before_it_and_came_back_after_it()
    {
        var known = Seen(0, 1).With(Booked(5, 9)).With(Seen(4, 1, 2), TimeSpan.Zero);
        Assert.Equal(Times(1, 2, 9), known.Taken);
        Assert.Equal(Times(1), known.With(Seen(6, 1), TimeSpan.Zero).Taken);
    }

    [Fact]
    public void What_was_booked_counts_though_somebody_else_has_seen_a_newer_load_that_was_sent_before_it()
    {
        var elsewhere = Seen(4, 1, 2);
        Assert.Equal(Times(1, 2, 9), elsewhere.With(Seen(0, 1).With(Booked(5, 9)), TimeSpan.Zero).Taken);
        Assert.Equal(Times(1, 2), elsewhere.With(Seen(0, 1).With(Booked(3, 9)), TimeSpan.Zero).Taken);
    }

    [Fact]
    public void Clocks_may_be_as_far_apart_as_is_said()
    {
        var known = Seen(0).With(Booked(5, 9));
        Assert.Equal(Times(9), known.With(Seen(15), Skew).Taken);
        Assert.Equal(Times(), known.With(Seen(16), Skew).Taken);
    }

    [Fact]
    public void What_was_booked_after_a_load_was_seen_is_not_in_it_though_the_clock_was_set_back()
    {
        var known = Seen(10).With(Booked(5, 9));
        Assert.Equal(Times(9), known.With(Seen(6), TimeSpan.Zero).Taken);
        Assert.Equal(Times(9), known.With(known, TimeSpan.Zero).Taken);
        Assert.Equal(Times(), known.With(Seen(11), TimeSpan.Zero).Taken);
    }

    [Fact]
    public void A_slot_is_taken_by_what_a_load_saw_and_by_what_was_booked_since()
    {
        var known = Seen(0, 1).With(Booked(5, 9)).With(Booked(6, 11));
        Assert.Equal([1, 9, 11],
            Enumerable.Range(0, 24)
            .Where(hour => known.Overlaps(new Slot(DateTimeOffset.UnixEpoch.AddHours(hour), DateTimeOffset.UnixEpoch.AddHours(hour + 1)))));
    }

    [Fact]
    public void What_adds_nothing_leaves_the_same_objects()
    {
        var known = Seen(0, 1).With(Booked(5, 9));
        foreach (var other in new[] { known, Seen(-1, 3), Seen(0, 1).With(Booked(5, 9)), Seen(1, 1) })
        {
            var both = known.With(other, Skew);
            Assert.Same(known.Times, both.Times);
            Assert.True(known.Booked == both.Booked);
        }
    }

    [Fact]
    public void In_whatever_order_it_is_heard_the_same_is_taken()
    {
        var known = Gen.Select(Gen.Int[0, 30], Gen.Int[0, 9].Array[0, 4], Gen.Select(Gen.Int[0, 60], Gen.Int[10, 19]).Array[0, 3])
            .Select((second, taken, booked) => booked.Aggregate(Seen(second, taken), (so, next) => so.With(Booked(next.Item1, next.Item2))));
        known.Array[1, 6].Sample(heard => Assert.Equal(All(heard).Taken, All([.. heard.Reverse()]).Taken));

        static KnownBusy All(KnownBusy[] heard) => heard.Aggregate(KnownBusy.Nothing, (so, next) => so.With(next, Skew));
    }
}
