using CallActors.Domain;

namespace CallActors.Tests.Domain;

public class WallClockSpecs
{
    [Theory]
    [InlineData("Asia/Jerusalem", "2026-03-01", 48)]
    [InlineData("Asia/Jerusalem", "2026-03-27", 46)]
    [InlineData("Asia/Jerusalem", "2026-10-25", 50)]
    [InlineData("Asia/Beirut", "2026-03-29", 46)]
    [InlineData("Atlantic/Azores", "2026-10-25", 50)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", 49)]
    [InlineData("UTC", "2026-03-29", 48)]
    public void A_local_day_has_as_many_half_hours_as_its_clock_shows(string id, string day, int halfHours)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var starts = WallClock.Grid(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), 30, zone).ToList();

        Assert.Equal(halfHours, starts.Count);
        Assert.Equal(starts.Count, starts.Distinct().Count());
        Assert.All(starts, start => Assert.Equal(start.DateTime, TimeZoneInfo.ConvertTime(start, zone).DateTime));
    }

    [Fact]
    public void A_grid_longer_than_a_day_has_its_midnight() => Assert.Single(WallClock.Grid(new DateOnly(2026, 3, 1), int.MaxValue, TimeZoneInfo.Utc));
}
