using CallActors.Host.Options;

namespace CallActors.Tests.Host.Options;

public sealed class DurationsSpecs
{
    [Theory]
    [InlineData("00:00:02", 2)]
    [InlineData("23:59:59", 86_399)]
    [InlineData("24:00:00", 86_400)]
    [InlineData("24:00", 86_400)]
    [InlineData(" 48:00:00 ", 2 * 86_400)]
    [InlineData("720:00:00", 30 * 86_400)]
    [InlineData("1.00:00:00", 86_400)]
    [InlineData("1:00:00:00", 86_400)]
    [InlineData("00:00:00.5", 0.5)]
    [InlineData("36h", 129_600)]
    public void Hours_are_hours_however_many(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("720:00:01")]
    [InlineData("00:60:00")]
    [InlineData("-24:00:00")]
    [InlineData("24:00:00:00:00")]
    [InlineData("a:b")]
    public void What_is_no_duration_or_too_long_is_refused(string text) => Assert.False(Durations.TryParse(text, out _));
}
