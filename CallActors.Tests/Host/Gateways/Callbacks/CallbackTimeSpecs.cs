using CallActors.Host.Gateways.Callbacks;

namespace CallActors.Tests.Host.Gateways.Callbacks;

public class CallbackTimeSpecs
{
    [Theory]
    [InlineData("Sun, 25 Mar 2018 09:53:19 +0000", "2018-03-25T09:53:19.0000000+00:00")]
    [InlineData("Sun, 25 Mar 2018 09:53:19 -0700", "2018-03-25T09:53:19.0000000-07:00")]
    [InlineData("Thu, 1 Jan 2026 00:00:00 GMT", "2026-01-01T00:00:00.0000000+00:00")]
    [InlineData("2024-03-15T07:41:09.931675Z", "2024-03-15T07:41:09.9316750+00:00")]
    [InlineData("2026-11-22T17:44:24.123+0000", "2026-11-22T17:44:24.1230000+00:00")]
    [InlineData("2021-04-28 21:51:18.731479Z", "2021-04-28T21:51:18.7314790+00:00")]
    [InlineData("1700000000", "2023-11-14T22:13:20.0000000+00:00")]
    [InlineData("1700000000.25", "2023-11-14T22:13:20.2500000+00:00")]
    [InlineData("1700000000250", "2023-11-14T22:13:20.2500000+00:00")]
    [InlineData("1700000000250000", "2023-11-14T22:13:20.2500000+00:00")]
    public void Times_are_read_as_gateways_write_them(string text, string expected)
    {
        Assert.True(CallbackTime.TryParse(text, out var time));
        Assert.Equal(expected, time.ToString("O"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("0")]
    [InlineData("-1700000000")]
    [InlineData("1700000000250000000000")]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("Mon, 25 Mar 2018 09:53:19 +0000")]
    public void What_is_no_time_is_none(string? text) => Assert.False(CallbackTime.TryParse(text, out _));
}
