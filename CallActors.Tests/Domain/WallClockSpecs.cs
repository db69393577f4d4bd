using CallActors.Domain;

namespace CallActors.Tests.Domain;

public class WallClockSpecs
{
    [Theory]
    [InlineData("Asia/Jerusalem", "2026-03-01", 48)]
    [InlineData("Asia/Jerusalem", "2026-03-27", 46)]
    [InlineData("Asia/Jerusalem", "2026-10-25", 50)]
    [InlineData("Asia/Beirut", "2025-03-30", 46)]
    [InlineData("Atlantic/Azores", "2026-10-25", 50)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", 49)]
    [InlineData("UTC", "2026-03-29", 48)]
    [InlineData("Europe/London", "2027-03-28", 46)]
    [InlineData("Europe/Dublin", "2027-03-28", 46)]
    [InlineData("Europe/Dublin", "2026-10-25", 50)]
    [InlineData("Africa/Casablanca", "2025-04-06", 46)]
    [InlineData("Africa/Casablanca", "2025-02-23", 50)]
    [InlineData("Pacific/Apia", "2011-12-30", 0)]
    public void A_local_day_has_as_many_half_hours_as_its_clock_shows(string id, string day, int halfHours)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var starts = WallClock.Grid(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), 30, zone).ToList();

        Assert.Equal(halfHours, starts.Count);
        Assert.Equal(starts.Count, starts.Distinct().Count());
        Assert.All(starts, start => Assert.Equal(start.DateTime, TimeZoneInfo.ConvertTime(start, zone).DateTime));
    }

    [Theory]
    [InlineData("Europe/London", "2027-03-28T01:30", "2027-03-28T02:00+01:00", "2027-03-28T02:00+01:00")]
    [InlineData("Europe/Dublin", "2027-03-28T01:30", "2027-03-28T02:00+01:00", "2027-03-28T02:00+01:00")]
    [InlineData("Europe/Dublin", "2027-03-28T00:30", "2027-03-28T00:30+00:00", "2027-03-28T00:30+00:00")]
    [InlineData("Europe/Dublin", "2026-10-25T01:30", "2026-10-25T01:30+01:00", "2026-10-25T01:30+00:00")]
    [InlineData("Africa/Casablanca", "2025-04-06T02:30", "2025-04-06T03:00+01:00", "2025-04-06T03:00+01:00")]
    [InlineData("America/New_York", "2027-03-14T02:00", "2027-03-14T03:00-04:00", "2027-03-14T03:00-04:00")]
    [InlineData("Asia/Beirut", "2025-03-30T00:00", "2025-03-30T01:00+03:00", "2025-03-30T01:00+03:00")]
    [InlineData("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:30+11:00", "2026-10-04T02:30+11:00")]
    [InlineData("Pacific/Apia", "2011-12-30T12:00", "2011-12-31T00:00+14:00", "2011-12-31T00:00+14:00")]
    public void A_time_that_is_skipped_is_where_the_clock_jumps_and_one_that_comes_twice_has_a_first_and_a_last(
        string id, string local, string first, string last)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var at = DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture);

        // With the offset, which equality of instants would not look at.
        Assert.Equal((first, last), (Spelled(WallClock.First(at, zone)), Spelled(WallClock.Last(at, zone))));

        static string Spelled(DateTimeOffset instant) => instant.ToString("yyyy-MM-ddTHH:mmzzz", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_grid_longer_than_a_day_has_its_midnight() => Assert.Single(WallClock.Grid(new DateOnly(2026, 3, 1), int.MaxValue, TimeZoneInfo.Utc));
}
