using System.Text;
using CallActors.Host.Gateways.CloudEvents;
using Microsoft.AspNetCore.Http;

namespace CallActors.Tests.Host.CloudEvents;

/// <summary>Events as a gateway would write them.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Arrival = new(2026, 5, 17, 9, 0, 0, TimeSpan.Zero);

    public static string Event(string type, string? data = null, string attributes = "") =>
        $$"""{"specversion":"1.0","id":"e-1","source":"/gw","type":"{{type}}","subject":"CA1","time":"2026-05-17T10:00:00Z"{{(attributes.Length > 0 ? "," + attributes : "")}}{{(data is null ? "" : $",\"data\":{data}")}}}""";

    public static EventReading Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    public static EventReading Read(byte[] json) => new CloudEventReader(new StoppedClock(Arrival)).Structured(json);

    /// <summary>An event's attributes in binary mode.</summary>
    public static HeaderDictionary Headers(string type) => new()
    {
        ["ce-specversion"] = "1.0",
        ["ce-id"] = "e-1",
        ["ce-source"] = "/gw",
        ["ce-type"] = type,
        ["ce-subject"] = "CA1",
        ["Content-Type"] = "application/json",
    };

    /// <summary>The pointers of the faults, in order.</summary>
    public static string Pointers(this EventReading reading) => string.Join(' ', reading.Faults.Select(fault => fault.Pointer));
}

internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
