using System.Globalization;
using CallActors.Domain;
using CsCheck;

namespace CallActors.Tests.Domain;

public class OpeningHoursSpecs
{
    private static readonly TimeZoneInfo Jerusalem = TimeZoneInfo.FindSystemTimeZoneById("Asia/Jerusalem");

    /// <summary>1 March 2026 is a Sunday.</summary>
    private static readonly DateOnly Sunday = new(2026, 3, 1);

    [Theory]
    [InlineData("""{"sun":[["10:00","20:00"]]}""", "Sun 10:00-Sun 20:00")]
    [InlineData("""{"\uD800":[["09:00","10:00"]],"sun":[["10:00","20:00"]]}""", "Sun 10:00-Sun 20:00")]
    [InlineData("""{"Sunday":[["10:00","20:00"]]}""", "Sun 10:00-Sun 20:00")]
    [InlineData("""{"SUN":[["9:00","14:00"],["16:00","20:00:00"]],}""", "Sun 09:00-Sun 14:00, Sun 16:00-Sun 20:00")]
    [InlineData("""{"sun":["10:00","20:00"]}""", "Sun 10:00-Sun 20:00")]
    [InlineData("""{"sun":[["16:00","20:00"],["10:00","12:00"]]}""", "Sun 10:00-Sun 12:00, Sun 16:00-Sun 20:00")]
    [InlineData("""{"sun":[["10:00","14:00"],["14:00","20:00"]]}""", "Sun 10:00-Sun 20:00")]
    [InlineData("""{"sun":[["10:00","18:00"],["11:00","12:00"]]}""", "Sun 10:00-Sun 18:00")]
    [InlineData("""{"sun":[["20:00","02:00"]]}""", "Sun 20:00-Mon 02:00")]
    [InlineData("""{"sun":[["20:00","00:00"]]}""", "Sun 20:00-Mon 00:00")]
    [InlineData("""{"sun":[["20:00","24:00"]],"mon":[["00:00","02:00"]]}""", "Sun 20:00-Mon 02:00")]
    [InlineData("""{"sat":[["22:00","03:00"]]}""", "Sat 22:00-Sun 03:00")]
    [InlineData("""{"sun":[["00:00","24:00"]]}""", "Sun 00:00-Mon 00:00")]
    public void Stretches_are_read_and_those_that_meet_are_one(string json, string open) => Assert.Equal(open, Open(json));

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"sun":[]}""")]
    [InlineData("""{"sun":null}""")]
    [InlineData("""{"sun":"closed"}""")]
    [InlineData("""{"su":[["10:00","20:00"]],"holidays":[["10:00","20:00"]],"note":"by appointment","":[]}""")]
    [InlineData("""{"sun":[["10:00","10:00"]]}""")]
    [InlineData("""{"sun":[["25:00","26:00"],["10:60","20:00"],["-1:00","20:00"],["ten","eight"],["24:00","25:00"],["24:00","02:00"]]}""")]
    [InlineData("""{"sun":[["10:00"],["10:00","11:00","12:00"],[10,20],"10:00",{"from":"10:00"}]}""")]
    public void What_is_not_understood_is_passed_over(string json) => Assert.Equal("", Open(json));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"sun\"")]
    [InlineData("Sunday to Thursday, 10 to 8")]
    public void What_is_no_object_is_not_known(string? json) => Assert.Null(OpeningHours.Parse(json));

    [Fact]
    public void Any_text_is_read_without_an_exception() =>
        Gen.OneOf("{", "}", "[", "]", "\"sun\"", ":", ",", "\"10:00\"", "\"24:00\"", "null", "7", "\"", "\\uD800", "\"\\uD800\"", " ").Array[0, 12]
            .Sample(parts => OpeningHours.Parse(string.Concat(parts)), iter: 20_000);

    [Fact]
    public void The_night_the_clock_goes_forward_is_an_hour_shorter() =>
        Assert.Equal(TimeSpan.FromHours(5), Stretch("""{"fri":[["00:00","06:00"]]}""", new DateOnly(2026, 3, 27)).Length);

    [Fact]
    public void The_night_the_clock_goes_back_is_an_hour_longer() =>
        Assert.Equal(TimeSpan.FromHours(7), Stretch("""{"sun":[["00:00","06:00"]]}""", new DateOnly(2026, 10, 25)).Length);

    [Fact]
    public void A_time_that_is_skipped_is_the_moment_of_the_change()
    {
        var stretch = Stretch("""{"fri":[["02:30","06:00"]]}""", new DateOnly(2026, 3, 27));

        Assert.Equal(new DateTimeOffset(2026, 3, 27, 3, 0, 0, TimeSpan.FromHours(3)), stretch.Start);
    }

    [Fact]
    public void An_hour_that_comes_twice_is_open_both_times()
    {
        var stretch = Stretch("""{"sun":[["01:00","02:00"]]}""", new DateOnly(2026, 10, 25));

        Assert.Equal(new DateTimeOffset(2026, 10, 25, 1, 0, 0, TimeSpan.FromHours(3)), stretch.Start);
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 2, 0, 0, TimeSpan.FromHours(2)), stretch.End);
    }

    [Fact]
    public void The_ends_of_the_calendar_are_no_trap()
    {
        var always = OpeningHours.Parse("""{"sun":[["20:00","02:00"]],"mon":[["00:00","24:00"]]}""")!;

        _ = always.Between(DateOnly.MinValue, DateOnly.MinValue, Jerusalem);
        _ = always.Between(DateOnly.MaxValue, DateOnly.MaxValue, Jerusalem);
    }

    private static Slot Stretch(string json, DateOnly day) => Assert.Single(OpeningHours.Parse(json)!.Between(day, day, Jerusalem));

    private static string Open(string json) => string.Join(", ", OpeningHours.Parse(json)!.Between(Sunday, Sunday, Jerusalem)
        .Select(slot => $"{Wall(slot.Start)}-{Wall(slot.End)}"));

    private static string Wall(DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, Jerusalem).ToString("ddd HH:mm", CultureInfo.InvariantCulture);
}
