using System.Diagnostics.Metrics;
using CallActors.Telemetry;

namespace CallActors.Host.Api;

/// <summary>How long events waited for their replies, whatever brought them. Recording is on every event's way: it allocates nothing. Thread-safe.</summary>
internal sealed class ReplyTimes(IMeterFactory meters, TimeProvider time)
{
    /// <summary>
    /// Starts may wait for the CRM, and what is of no one call for many calls: told together, they would hide what events of live calls wait.
    /// </summary>
    public enum Kind
    {
        Start,
        Event,
        Gateway,
    }

    private static readonly double[] Boundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

    private static readonly KeyValuePair<string, object?>[] Labels = [.. Enum.GetValues<Kind>()
        .Select(kind => KeyValuePair.Create("kind", (object?)kind.ToString().ToLowerInvariant()))];

    private readonly Histogram<double> _waits = CallMeter.Of(meters).CreateHistogram(
        "callactors.event.reply.duration",
        "s",
        "From the moment an event was read until its reply was there; refusals at once among them. Kind is start (a call's, which waits for its context), event (any other of a call) or gateway (of no one call).",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Boundaries });

    /// <returns>For <see cref="Took(Kind, long)"/>.</returns>
    public long Begin() => time.GetTimestamp();

    public void Took(Kind kind, long begun) => Took(kind, time.GetElapsedTime(begun));

    public void Took(Kind kind, TimeSpan waited) => _waits.Record(waited.TotalSeconds, Labels[(int)kind]);
}
