using System.Diagnostics.Metrics;
using System.Globalization;

namespace CallActors.Tests.Fixtures;

/// <summary>A service's meters without the service, and what they say.</summary>
internal sealed class SpecMeters : IMeterFactory
{
    private readonly Dictionary<string, Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        if (_meters.TryGetValue(options.Name, out var known)) return known;
        options.Scope = this;
        return _meters[options.Name] = new Meter(options);
    }

    /// <summary>What is measured when they are all read: <c>name{label=value} 7</c>.</summary>
    public List<string> Read()
    {
        var read = new List<string>();
        using var listener = Listener();
        void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            var told = labels.Length == 0 ? "" : $"{{{string.Join(',', labels.ToArray().Select(label => $"{label.Key}={label.Value}"))}}}";
            read.Add(string.Create(CultureInfo.InvariantCulture, $"{instrument.Name}{told} {value}"));
        }

        listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Take(instrument, value, labels));
        listener.SetMeasurementEventCallback<int>((instrument, value, labels, _) => Take(instrument, value, labels));
        listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Take(instrument, value, labels));
        listener.Start();
        listener.RecordObservableInstruments();
        return read;
    }

    /// <summary>Tells each measurement as it is recorded, until the listener is disposed.</summary>
    public MeterListener Hear(Action<double> measured)
    {
        var listener = Listener();
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => measured(value));
        listener.Start();
        return listener;
    }

    private MeterListener Listener() => new()
    {
        InstrumentPublished = (instrument, by) =>
        {
            if (instrument.Meter.Scope == this) by.EnableMeasurementEvents(instrument);
        },
    };

    public void Dispose()
    {
        foreach (var meter in _meters.Values) meter.Dispose();
    }
}
