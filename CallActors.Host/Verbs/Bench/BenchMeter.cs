using System.Diagnostics;
using CallActors.Telemetry;

namespace CallActors.Host.Verbs.Bench;

/// <summary>Measures one round of a design from outside: the clock, the counters at the data source, the kernel's CPU accounts, the collector's.</summary>
internal sealed class BenchMeter(PostgresCpu? postgres, TimeProvider time)
{
    public async Task<BenchRound> MeasureAsync(BenchDesign design, IReadOnlyList<BenchCall> calls, int concurrency, Action hungUp, CancellationToken cancel)
    {
        await design.PrepareAsync(calls, cancel);

        // What the round before left behind is not on this one's account.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var self = Process.GetCurrentProcess();
        var before = await SnapshotAsync(design, self, cancel);
        var began = time.GetTimestamp();
        await design.TakeAsync(calls, concurrency, hungUp, cancel);
        var took = time.GetElapsedTime(began);
        var after = await SnapshotAsync(design, self, cancel);
        var sent = after.Sent.Since(before.Sent);
        var isHere = design.ServiceCpu is null;

        return new BenchRound
        {
            Calls = calls.Count,
            CallsPerSecond = calls.Count / took.TotalSeconds,
            Statements = Each(phase => phase.Statements),
            DatabaseMs = Each(phase => phase.Duration.TotalMilliseconds),
            Commits = sent.CountsTransactions ? (double)sent.Transactions / calls.Count : null,
            PostgresCpuMs = EachCall(after.Postgres - before.Postgres),
            OwnCpuMs = (after.Own - before.Own).TotalMilliseconds / calls.Count,
            ServiceCpuMs = EachCall(after.Service - before.Service),
            LoopbackBytes = EachOf(after.Loopback - before.Loopback),
            BytesPerEvent = isHere ? (double)(after.Allocated - before.Allocated) / (calls.Count * BenchCall.Events) : null,
            ReplyP50Ms = design.Latencies?.Percentile(0.5),
            ReplyP99Ms = design.Latencies?.Percentile(0.99),
        };

        PhaseFigures Each(Func<StatementTotals, double> of) => new(of(sent.Load) / calls.Count, of(sent.Live) / calls.Count, of(sent.Flush) / calls.Count);
        double? EachOf(long? bytes) => (double?)bytes / calls.Count;
        double? EachCall(TimeSpan? used) => used?.TotalMilliseconds / calls.Count;
    }

    private async Task<Snapshot> SnapshotAsync(BenchDesign design, Process self, CancellationToken cancel)
    {
        var sent = await design.ReadAsync(cancel);
        self.Refresh();
        return new Snapshot(
            sent, postgres?.Read(), self.TotalProcessorTime, design.ServiceCpu, GC.GetTotalAllocatedBytes(precise: true), LoopbackTraffic.Read());
    }

    private sealed record Snapshot(BenchTotals Sent, TimeSpan? Postgres, TimeSpan Own, TimeSpan? Service, long Allocated, long? Loopback);
}
