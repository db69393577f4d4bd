using System.Diagnostics;
using CallActors.Host.Verbs.Bench.Wire;

namespace CallActors.Host.Verbs.Bench.Rate;

/// <summary>What is measured of one part of a run at a fixed rate.</summary>
internal sealed class RatePartMeter
{
    private readonly Latencies _live = new();
    private readonly Latencies _starts = new();
    private int _minimal;
    private (long At, TimeSpan Client, TimeSpan Service) _began;
    private (double Client, double Service) _shares;

    /// <param name="events">How many there will be at most.</param>
    public RatePartMeter(int events)
    {
        foreach (var waits in (Latencies[])[_live, _starts, Lateness]) waits.Begin(events);
    }

    /// <summary>How late the bench was itself.</summary>
    public Latencies Lateness { get; } = new();

    public void Begin(WireDesign design, Process self, TimeProvider time)
    {
        self.Refresh();
        _began = (time.GetTimestamp(), self.TotalProcessorTime, design.ServiceCpu!.Value);
    }

    public void End(WireDesign design, Process self, TimeProvider time)
    {
        self.Refresh();
        var took = time.GetElapsedTime(_began.At);
        _shares = ((self.TotalProcessorTime - _began.Client) / took * 100, (design.ServiceCpu!.Value - _began.Service) / took * 100);
    }

    /// <param name="step">Which event of its call; 0: the start.</param>
    /// <param name="wait">From due to replied.</param>
    /// <param name="reply">The reply.</param>
    public void Add(int step, TimeSpan wait, WireReply reply)
    {
        (step == 0 ? _starts : _live).Add(wait);
        if (reply.Minimal && step == 0) Interlocked.Increment(ref _minimal);
    }

    public RatePart Read() => new()
    {
        Live = RateWaits.Of(_live),
        Starts = RateWaits.Of(_starts),
        MinimalContexts = _minimal,
        LatenessP99Ms = Lateness.Percentile(0.99) ?? 0,
        ClientCorePercent = _shares.Client,
        ServiceCorePercent = _shares.Service,
    };
}
