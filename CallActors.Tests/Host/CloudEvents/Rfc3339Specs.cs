using System.Globalization;
using CallActors.Host.Gateways.CloudEvents;

namespace CallActors.Tests.Host.CloudEvents;

public class Rfc3339Specs
{
    [Theory]
    [InlineData("2026-05-17T10:00:00Z", "2026-05-17T10:00:00.0000000+00:00")]
    [InlineData("2026-05-17t10:00:00z", "2026-05-17T10:00:00.0000000+00:00")]
    [InlineData("2026-05-17T10:00:00+03:00", "2026-05-17T10:00:00.0000000+03:00")]
    [InlineData("2026-05-17T10:00:00-00:00", "2026-05-17T10:00:00.0000000+00:00")]
    [InlineData("2026-05-17T10:00:00.5Z", "2026-05-17T10:00:00.5000000+00:00")]
    [InlineData("2026-05-17T10:00:00.123456789Z", "2026-05-17T10:00:00.1234567+00:00")]
    [InlineData("2026-05-17t10:00:00.0000000999-11:30", "2026-05-17T10:00:00.0000000-11:30")]
    [InlineData("2016-12-31T23:59:60.25+02:00", "2017-01-01T00:00:00.2500000+02:00")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.0000000+00:00")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.0000000+00:00")]
    public void A_time_has_a_date_a_time_and_an_offset(string text, string time)
    {
        Assert.True(Rfc3339.TryParse(text, out var read));
        Assert.Equal(time, read.ToString("O", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-05-17")]
    [InlineData("2026-05-17T10:00:00")]
    [InlineData("2026-05-17 10:00:00Z")]
    [InlineData("2026-05-17T10:00Z")]
    [InlineData("2026-05-17T10:00:00+0300")]
    [InlineData("2026-05-17T10:00:00+15:00")]
    [InlineData("2026-05-17T10:00:00.Z")]
    [InlineData("2026-13-01T10:00:00Z")]
    [InlineData("2026-02-29T10:00:00Z")]
    [InlineData("2026-05-17T24:00:00Z")]
    [InlineData("2026-05-17T10:00:61Z")]
    [InlineData("2026-05-17T10:00:00Z\n")]
    [InlineData(" 2026-05-17T10:00:00Z")]
    [InlineData("٢٠٢٦-05-17T10:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:60-14:00")]
    public void Anything_else_is_none(string text) => Assert.False(Rfc3339.TryParse(text, out _));
}
