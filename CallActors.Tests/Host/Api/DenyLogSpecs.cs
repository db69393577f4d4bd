using System.Net;
using CallActors.Host.Api;
using CallActors.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace CallActors.Tests.Host.Api;

public sealed class DenyLogSpecs
{
    private static readonly IPAddress Ann = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress Bob = IPAddress.Parse("10.0.0.2");
    private readonly FakeTimeProvider _time = new();
    private readonly LinesOf<DenyLog> _lines = new();

    [Fact]
    public void A_source_is_told_of_at_once_and_then_once_a_minute_with_a_count()
    {
        using var denials = new DenyLog(_time, _lines);
        for (var i = 0; i < 500; i++) denials.Count(Ann, 401);
        denials.Count(Bob, 421);
        Assert.Equal(["10.0.0.1 was answered 401", "10.0.0.2 was answered 421"], _lines.Take());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["10.0.0.1 was answered 401 another 499 times within a minute"], _lines.Take());

        // Who goes on is counted on; who stopped is new again.
        for (var i = 0; i < 7; i++) denials.Count(Ann, 401);
        denials.Count(Bob, 421);
        Assert.Equal(["10.0.0.2 was answered 421"], _lines.Take());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["10.0.0.1 was answered 401 another 7 times within a minute"], _lines.Take());
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(_lines.Take());
    }

    [Fact]
    public void Why_a_gateway_s_request_was_denied_is_told_once_and_each_gateway_is_told_of()
    {
        using var denials = new DenyLog(_time, _lines);
        for (var i = 0; i < 100; i++) denials.Count(Ann, 403, new Denial("twilio", $"fault {i}"));
        denials.Count(Ann, 403, new Denial("jambonz", "no signature"));
        denials.Count(Ann, 403);
        Assert.Equal(
            ["10.0.0.1 was answered 403, its request is not twilio's: fault 0", "10.0.0.1 was answered 403, its request is not jambonz's: no signature",
                "10.0.0.1 was answered 403"],
            _lines.Take());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["10.0.0.1 was answered 403 another 99 times within a minute, as not twilio"], _lines.Take());
    }

    [Fact]
    public void More_sources_than_can_be_told_apart_are_counted_together()
    {
        using var denials = new DenyLog(_time, _lines);
        for (var i = 0; i < 5_000; i++) denials.Count(new IPAddress(i), 401);
        var lines = _lines.Take();
        Assert.Equal(1_001, lines.Count);
        Assert.Contains("other sources was answered 401", lines);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["other sources was answered 401 another 3999 times within a minute"], _lines.Take());
    }
}
