using System.Diagnostics.Metrics;

namespace CallActors.Host.Api;

/// <summary>What the edge says of the events it has in hand.</summary>
internal static class EdgeInstruments
{
    public static void Add(Meter meter, EventsInFlight inFlight, StartGate gate)
    {
        meter.CreateObservableUpDownCounter(
            "callactors.events.in_flight",
            () => new[] { Of(inFlight.Starts, "start"), Of(inFlight.OfAccepted, "event") },
            "{event}",
            "Events that were taken in and wait for their reply: starts of calls, those in line among them, and others.");
        meter.CreateObservableGauge(
            "callactors.events.in_flight.limit", () => inFlight.Bound, "{event}",
            "So many events, and as many starts, may wait for their reply (CallActors:Limits:EventsInFlight).");
        meter.CreateObservableCounter(
            "callactors.requests.turned_away", () => inFlight.TurnedAway, "{request}",
            "Requests with events that were refused as overloaded before their body was read; what was in them is in no other figure.");
        meter.CreateObservableUpDownCounter("callactors.starts.waiting", () => gate.Length, "{call}", "Starts of new calls that stand in line.");
        meter.CreateObservableGauge(
            "callactors.starts.limit",
            () => inFlight.StartsPerSecond is { } bound ? [new Measurement<double>(bound)] : Enumerable.Empty<Measurement<double>>(),
            "{call}/s",
            "So many calls may start a second, so that events of accepted calls have their reply in time (CallActors:Limits:EventWait). Left out where that is not configured.");
    }

    private static Measurement<int> Of(int value, string kind) => new(value, new KeyValuePair<string, object?>("kind", kind));
}
