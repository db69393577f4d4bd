using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Tests.Domain;

public class BookingRulesSpecs
{
    private static readonly BusinessProfile Salon = new(new BusinessId(1), "Salon X", "+97235550100")
    {
        TimeZone = "Asia/Jerusalem",
        OpeningHoursJson = """{"sun":[["10:00","14:00"],["14:00","20:00"]],"mon":[["10:00","13:00"],["16:00","20:00"]],"thu":[["20:00","02:00"]]}""",
        SlotSizeMinutes = 30,
        BookingWindowDays = 7,
        MinNoticeMinutes = 60,
    };

    /// <summary>Sunday, 1 March 2026, nine in the morning.</summary>
    private static readonly DateTimeOffset Now = At("2026-03-01 09:00");

    [Theory]
    [InlineData("2026-03-01 10:30", 30)]
    [InlineData("2026-03-01 12:00", 240)]
    [InlineData("2026-03-01 13:30", 60)]
    [InlineData("2026-03-01 19:30", 30)]
    [InlineData("2026-03-01 19:30", 15)]
    [InlineData("2026-03-08 10:00", 45)]
    [InlineData("2026-03-05 23:30", 60)]
    [InlineData("2026-03-06 00:30", 90)]
    public void A_slot_that_keeps_every_rule_can_be_booked(string start, int minutes) => Assert.Null(Check(start, minutes));

    [Theory]
    [InlineData("2026-03-01 12:00", -30, "too-short", "-30 minutes")]
    [InlineData("2026-03-01 12:00", 0, "too-short", "0 minutes")]
    [InlineData("2026-03-01 12:00", 14, "too-short", "the shortest that can be booked is 15")]
    [InlineData("2026-03-01 12:00", 241, "too-long", "the longest that can be booked is 240")]
    [InlineData("2026-03-01 12:00", 30.5, "off-grid", "30.5 minutes")]
    [InlineData("2026-03-01 08:30", 30, "past", "2026-03-01 08:30")]
    [InlineData("2026-03-01 09:00", 30, "past", "2026-03-01 09:00")]
    [InlineData("2026-03-01 09:30", 30, "too-soon", "30 minutes; more than 60")]
    [InlineData("2026-03-01 10:00", 30, "too-soon", "60 minutes; more than 60")]
    [InlineData("2026-03-09 10:00", 30, "too-far", "7 days")]
    [InlineData("2026-03-01 12:10", 30, "off-grid", "12:10:00 (Asia/Jerusalem); starts are every 30 minutes")]
    [InlineData("2026-03-01 12:00:01", 30, "off-grid", "12:00:01")]
    [InlineData("2026-03-01 12:00:00.001", 30, "off-grid", "12:00:00.001")]
    [InlineData("2026-03-01 20:00", 30, "closed", "20:00 to 20:30")]
    [InlineData("2026-03-01 19:30", 60, "closed", "19:30 to 20:30")]
    [InlineData("2026-03-02 12:30", 60, "closed", "2026-03-02 12:30 to 13:30")]
    [InlineData("2026-03-02 12:30", 240, "closed", "12:30 to 16:30")]
    [InlineData("2026-03-03 12:00", 30, "closed", "2026-03-03")]
    [InlineData("2026-03-06 01:30", 60, "closed", "01:30 to 02:30")]
    public void A_rule_that_is_broken_is_named_with_its_numbers(string start, double minutes, string reason, string detail)
    {
        var refused = Check(start, minutes);

        Assert.Equal(reason, refused?.Reason);
        Assert.Contains(detail, refused?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_offset_it_is_asked_with_makes_no_difference()
    {
        var slot = Slot("2026-03-01 10:30", 30);

        Assert.Null(BookingRules.Check(new Slot(slot.Start.ToOffset(TimeSpan.FromHours(-8)), slot.End.ToUniversalTime()), Salon, Now.ToUniversalTime(), []));
    }

    [Theory]
    [InlineData("2026-03-01 10:50", true)]
    [InlineData("2026-03-01 11:40", true)]
    [InlineData("2026-03-01 11:00", false)]
    public void The_grid_is_counted_from_local_midnight(string start, bool bookable) =>
        Assert.Equal(bookable, BookingRules.Check(Slot(start, 30), Salon with { SlotSizeMinutes = 50 }, Now, []) is null);

    [Fact]
    public void The_window_counts_local_days()
    {
        // The ninth begins while it is still the eighth in UTC.
        var business = Salon with { OpeningHoursJson = """{"sun":[["00:00","24:00"]],"mon":[["00:00","24:00"]]}""" };

        Assert.Null(BookingRules.Check(Slot("2026-03-08 23:30", 30), business, Now, []));
        Assert.Equal("too-far", BookingRules.Check(Slot("2026-03-09 00:00", 30), business, Now, [])?.Reason);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(0, -1, -1)]
    public void Settings_that_are_missing_or_make_no_sense_have_defaults(int? grid, int? window, int? notice)
    {
        var business = Salon with { SlotSizeMinutes = grid, BookingWindowDays = window, MinNoticeMinutes = notice };

        Assert.Null(BookingRules.Check(Slot("2026-03-01 10:00", 30), business, Now, []));
        Assert.Equal("off-grid", BookingRules.Check(Slot("2026-03-01 10:15", 30), business, Now, [])?.Reason);
        Assert.Null(BookingRules.Check(Slot("2026-04-27 10:00", 30), business, Now, []));
        Assert.Equal("too-far", BookingRules.Check(Slot("2026-05-03 10:00", 30), business, Now, [])?.Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Mars/Olympus")]
    public void Without_a_zone_that_is_known_the_clock_is_utc(string? zone)
    {
        var business = Salon with { TimeZone = zone };
        var start = new DateTimeOffset(2026, 3, 1, 19, 30, 0, TimeSpan.Zero);

        Assert.Null(BookingRules.Check(new Slot(start, start.AddMinutes(30)), business, Now, []));
        Assert.Equal("closed", BookingRules.Check(new Slot(start.AddHours(1), start.AddHours(1.5)), business, Now, [])?.Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Sunday to Thursday")]
    [InlineData("{}")]
    public void Without_hours_it_is_closed_and_nothing_else_is_offered(string? hours)
    {
        var refused = BookingRules.Check(Slot("2026-03-01 12:00", 30), Salon with { OpeningHoursJson = hours }, Now, []);

        Assert.Equal("closed", refused?.Reason);
        Assert.Empty(refused!.Alternatives);
    }

    [Fact]
    public void An_hour_that_comes_twice_can_be_booked_twice()
    {
        var business = Salon with { OpeningHoursJson = """{"sun":[["00:00","06:00"]]}""" };
        var now = new DateTimeOffset(2026, 10, 24, 9, 0, 0, TimeSpan.FromHours(3));
        var first = new DateTimeOffset(2026, 10, 25, 1, 30, 0, TimeSpan.FromHours(3));
        var second = new DateTimeOffset(2026, 10, 25, 1, 30, 0, TimeSpan.FromHours(2));

        Assert.Null(BookingRules.Check(new Slot(first, first.AddMinutes(60)), business, now, []));
        Assert.Null(BookingRules.Check(new Slot(second, second.AddMinutes(60)), business, now, [new Slot(first, first.AddMinutes(60))]));
    }

    [Fact]
    public void A_slot_over_the_change_is_as_long_as_its_instants_are_apart()
    {
        var business = Salon with { OpeningHoursJson = """{"fri":[["00:00","04:00"]]}""" };
        var now = new DateTimeOffset(2026, 3, 26, 9, 0, 0, TimeSpan.FromHours(2));

        // From 01:30 to 03:30 by the wall, an hour by the watch.
        var slot = new Slot(new DateTimeOffset(2026, 3, 27, 1, 30, 0, TimeSpan.FromHours(2)), new DateTimeOffset(2026, 3, 27, 3, 30, 0, TimeSpan.FromHours(3)));

        Assert.Equal(TimeSpan.FromHours(1), slot.Length);
        Assert.Null(BookingRules.Check(slot, business, now, []));
    }

    [Fact]
    public void The_ends_of_the_calendar_are_refused_like_any_other_time()
    {
        var (first, last) = (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        DateTimeOffset[] times = [first, first.AddDays(1), Now, last.AddDays(-1), last.AddHours(-1)];
        foreach (var now in times)
            foreach (var start in times)
                foreach (var setting in new int?[] { null, int.MaxValue })
                {
                    var business = Salon with { BookingWindowDays = setting, MinNoticeMinutes = setting, SlotSizeMinutes = setting };
                    _ = BookingRules.Check(new Slot(start, start.AddMinutes(30)), business, now, []);
                }
    }

    internal static DateTimeOffset At(string local) => new(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(2));

    private static Slot Slot(string start, double minutes) => new(At(start), At(start).AddMinutes(minutes));

    private static NotBookable? Check(string start, double minutes) => BookingRules.Check(Slot(start, minutes), Salon, Now, []);
}
