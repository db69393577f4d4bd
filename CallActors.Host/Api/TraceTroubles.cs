using System.Diagnostics.Tracing;
using System.Globalization;

namespace CallActors.Host.Api;

/// <summary>
/// Traces that could not be sent are lost; OpenTelemetry tells that to event sources of its own only. Here it is logged: each kind of trouble at once, then
/// once a minute with how often it was met meanwhile.
/// </summary>
internal sealed class TraceTroubles(ILogger<TraceTroubles> log, TimeProvider time) : EventListener
{
    /// <summary>A warning that a figure is not exported, at the start and for each: what is not is chosen.</summary>
    private const string IgnoredInstrument = "MetricInstrumentIgnored";

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly string[] Sources = ["OpenTelemetry-Exporter-OpenTelemetryProtocol", "OpenTelemetry-Sdk"];

    private readonly Dictionary<string, (DateTimeOffset SilentUntil, int Untold)> _told = [];

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (Sources.Contains(eventSource.Name)) EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var kind = eventData.EventName ?? "unnamed";
        if (kind != IgnoredInstrument)
            Hear(kind, eventData.Message is { } form ? string.Format(CultureInfo.InvariantCulture, form, [.. eventData.Payload ?? []]) : kind);
    }

    /// <summary>Logs it, or counts it where one of its kind was logged within the last minute.</summary>
    internal void Hear(string kind, string trouble)
    {
        int untold;
        lock (_told)
        {
            var now = time.GetUtcNow();
            var before = _told.GetValueOrDefault(kind);
            if (now < before.SilentUntil)
            {
                _told[kind] = before with { Untold = before.Untold + 1 };
                return;
            }

            untold = before.Untold;
            _told[kind] = (now + Every, 0);
        }

        log.LogWarning("Telemetry: {Trouble} ({Untold} more of the kind since it was last said)", trouble.Split('\n', 2)[0].TrimEnd(), untold);
    }
}
