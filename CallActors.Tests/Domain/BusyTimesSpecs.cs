using CallActors.Domain;
using CsCheck;

namespace CallActors.Tests.Domain;

public class BusyTimesSpecs
{
    private static readonly DateTimeOffset Ten = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    /// <summary>In half minutes around 1970, so that parts of minutes and times before it come up.</summary>
    private static readonly Gen<(int Start, int End)> HalfMinutes = Gen.Select(Gen.Int[-60, 60], Gen.Int[-3, 20], (start, length) => (start, start + length));

    [Fact]
    public void Stretches_that_touch_or_overlap_are_one_whatever_their_order() => Assert.Equal(
        "0 60 90 150 151 160",
        string.Join(' ', BusyTimes.FromMinutes([(151, 160), (30, 60), (100, 110), (0, 30), (90, 120), (110, 150)]).Bounds));

    [Fact]
    public void The_first_stretches_are_as_many_as_there_are_at_most()
    {
        var times = BusyTimes.FromMinutes([(60, 90), (0, 30), (120, 150)]);
        Assert.Equal("0 30 60 90", string.Join(' ', times.First(2).Bounds));
        Assert.Same(times, times.First(3));
        Assert.Same(times, times.First(int.MaxValue));
        Assert.Same(BusyTimes.None, times.First(0));
    }

    [Fact]
    public void What_does_not_end_after_it_starts_takes_no_time()
    {
        Assert.Same(BusyTimes.None, BusyTimes.FromMinutes([(5, 5), (9, 3)]));
        Assert.Same(BusyTimes.None, BusyTimes.Of([At(0, 0), At(10, 5), At(0.5, 0.5), At(0.5, 0.2)]));
        Assert.Same(BusyTimes.None, BusyTimes.FromMinutes([]));
    }

    [Theory]
    [InlineData(-30, 0, false)]
    [InlineData(-30, 1, true)]
    [InlineData(0, 30, true)]
    [InlineData(10, 20, true)]
    [InlineData(-10, 90, true)]
    [InlineData(29, 40, true)]
    [InlineData(30, 60, false)]
    [InlineData(30, 61, true)]
    [InlineData(90, 120, false)]
    [InlineData(89.5, 120, true)]
    [InlineData(-30, 0.1, true)]
    [InlineData(29.9, 60, true)]
    public void A_slot_may_begin_where_a_stretch_ends_and_end_where_one_begins(double from, double to, bool overlaps) =>
        Assert.Equal(overlaps, BusyTimes.Of([At(0, 30), At(60, 90)]).Overlaps(At(from, to)));

    [Fact]
    public void A_part_of_a_minute_takes_the_whole_minute()
    {
        var slot = Assert.Single(BusyTimes.Of([new Slot(Ten.AddTicks(1), Ten.AddMinutes(1).AddTicks(1))]).Stretches);
        Assert.Equal(new Slot(Ten, Ten.AddMinutes(2)), slot);
        slot = Assert.Single(BusyTimes.Of([new Slot(Ten.AddMinutes(1).AddTicks(-1), Ten.AddMinutes(3))]).Stretches);
        Assert.Equal(new Slot(Ten, Ten.AddMinutes(3)), slot);
    }

    [Fact]
    public void An_offset_moves_nothing()
    {
        var there = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.FromHours(2));
        Assert.Equal(BusyTimes.Of([At(0, 30)]), BusyTimes.Of([new Slot(there, there.AddMinutes(30))]));
        Assert.Equal(TimeSpan.Zero, BusyTimes.Of([new Slot(there, there.AddMinutes(30))]).Stretches.Single().Start.Offset);
    }

    [Fact]
    public void Times_at_the_calendars_ends_are_taken_as_far_as_there_are_minutes()
    {
        var ever = BusyTimes.Of([new Slot(DateTimeOffset.MinValue, DateTimeOffset.MaxValue)]);
        Assert.True(ever.Overlaps(At(0, 1)));
        Assert.Single(ever.Stretches);
        Assert.False(BusyTimes.None.Overlaps(new Slot(DateTimeOffset.MinValue, DateTimeOffset.MaxValue)));
    }

    [Fact]
    public void Equal_times_are_equal_and_others_are_not()
    {
        var times = BusyTimes.FromMinutes([(0, 30), (60, 90)]);
        Assert.Equal(times, BusyTimes.FromMinutes([(60, 90), (0, 20), (20, 30)]));
        Assert.Equal(times.GetHashCode(), BusyTimes.FromMinutes([(60, 90), (0, 20), (20, 30)]).GetHashCode());
        Assert.NotEqual(times, BusyTimes.FromMinutes([(0, 30), (61, 90)]));
        Assert.NotEqual(times, BusyTimes.FromMinutes([(0, 30)]));
        Assert.False(times.Equals(null));
    }

    [Fact]
    public void Whatever_is_taken_each_of_its_minutes_is_and_no_other() => Gen.Select(HalfMinutes.Array[0, 12], HalfMinutes).Sample((taken, asked) =>
    {
        var times = BusyTimes.Of(taken.Select(Halves));
        var minutes = taken.Where(one => one.End > one.Start).SelectMany(MinutesOf).ToHashSet();

        var stretches = times.Stretches.ToList();
        Assert.Equal(stretches.Count, times.Count);
        Assert.Equal(minutes.Order(), stretches.SelectMany(stretch => MinutesOf((HalvesTo(stretch.Start), HalvesTo(stretch.End)))));
        Assert.All(stretches.Zip(stretches.Skip(1)), pair => Assert.True(pair.Item1.End < pair.Item2.Start));

        // One that asks for no time is asked of nobody.
        if (asked.End > asked.Start) Assert.Equal(MinutesOf(asked).Any(minutes.Contains), times.Overlaps(Halves(asked)));
    });

    private static IEnumerable<int> MinutesOf((int Start, int End) halves)
    {
        var (first, end) = ((int)Math.Floor(halves.Start / 2.0), (int)Math.Ceiling(halves.End / 2.0));
        return Enumerable.Range(first, end - first);
    }

    private static Slot Halves((int Start, int End) halves) =>
        new(DateTimeOffset.UnixEpoch.AddSeconds(30 * halves.Start), DateTimeOffset.UnixEpoch.AddSeconds(30 * halves.End));

    private static int HalvesTo(DateTimeOffset at) => (int)((at - DateTimeOffset.UnixEpoch).TotalSeconds / 30);

    private static Slot At(double from, double to) => new(Ten.AddMinutes(from), Ten.AddMinutes(to));
}
