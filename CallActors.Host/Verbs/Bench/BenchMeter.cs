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
        var before = Snapshot.Take(design, postgres, self);
        var began = time.GetTimestamp();
        await design.TakeAsync(calls, concurrency, hungUp, cancel);
        var took = time.GetElapsedTime(began);
        var used = Snapshot.Take(design, postgres, self).Since(before);

        return new BenchRound
        {
            Calls = calls.Count,
            CallsPerSecond = calls.Count / took.TotalSeconds,
            Statements = Each(phase => phase.Statements),
            DatabaseMs = Each(phase => phase.Duration.TotalMilliseconds),
            Commits = (double)(used.Load.Transactions + used.Live.Transactions + used.Flush.Transactions) / calls.Count,
            PostgresCpuMs = used.Postgres?.TotalMilliseconds / calls.Count,
            OwnCpuMs = used.Own.TotalMilliseconds / calls.Count,
            BytesPerEvent = (double)used.Allocated / (calls.Count * BenchCall.Events),
            ReplyP50Ms = design.Latencies?.Percentile(0.5),
            ReplyP99Ms = design.Latencies?.Percentile(0.99),
        };

        PhaseFigures Each(Func<StatementTotals, double> of) => new(of(used.Load) / calls.Count, of(used.Live) / calls.Count, of(used.Flush) / calls.Count);
    }

    private sealed record Snapshot(StatementTotals Load, StatementTotals Live, StatementTotals Flush, TimeSpan? Postgres, TimeSpan Own, long Allocated)
    {
        public static Snapshot Take(BenchDesign design, PostgresCpu? postgres, Process self)
        {
            self.Refresh();
            return new Snapshot(
                design.Statements.Read(DatabasePhase.Load), design.Statements.Read(DatabasePhase.Live), design.Statements.Read(DatabasePhase.Flush),
                postgres?.Read(), self.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true));
        }

        public Snapshot Since(Snapshot before) => new(
            Minus(Load, before.Load), Minus(Live, before.Live), Minus(Flush, before.Flush), Postgres - before.Postgres, Own - before.Own, Allocated - before.Allocated);

        private static StatementTotals Minus(StatementTotals now, StatementTotals before) =>
            new(now.Statements - before.Statements, now.Transactions - before.Transactions, now.Duration - before.Duration);
    }
}
