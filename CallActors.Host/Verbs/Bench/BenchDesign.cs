using CallActors.Telemetry;

namespace CallActors.Host.Verbs.Bench;

/// <summary>One way to serve a call: given the same calls as the others, on a database of its own, and measured from outside.</summary>
internal abstract class BenchDesign(BenchDatabase database) : IAsyncDisposable
{
    public BenchDatabase Database { get; } = database;

    /// <summary>What it sent to the CRM database so far.</summary>
    public StatementCounter Statements { get; } = new();

    /// <summary>What each of its events waited for an answer; null: it has no answers to wait for.</summary>
    public Latencies? Latencies { get; protected init; }

    /// <summary>What a service of its own process has had of the processors; null: it is in this one.</summary>
    public virtual TimeSpan? ServiceCpu => null;

    /// <summary>What was sent to the CRM database so far, by phase.</summary>
    public virtual Task<BenchTotals> ReadAsync(CancellationToken cancel) => Task.FromResult(
        new BenchTotals(Statements.Read(DatabasePhase.Load), Statements.Read(DatabasePhase.Live), Statements.Read(DatabasePhase.Flush)));

    /// <summary>Rows that a telephony webhook had made before; not measured.</summary>
    public virtual Task PrepareAsync(IReadOnlyList<BenchCall> calls, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Takes calls from their first ring until all of them stand in the database.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="concurrency">How many of them at once.</param>
    /// <param name="hungUp">Told of every call that is over.</param>
    /// <param name="cancel">Gives up.</param>
    public abstract Task TakeAsync(IReadOnlyList<BenchCall> calls, int concurrency, Action hungUp, CancellationToken cancel);

    public virtual ValueTask DisposeAsync() => Database.DisposeAsync();

    /// <summary>Each of a number of callers takes one call after the other.</summary>
    public static Task SideBySideAsync(IReadOnlyList<BenchCall> calls, int concurrency, Func<BenchCall, Task> take, Action hungUp, CancellationToken cancel)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Math.Min(concurrency, calls.Count)).Select(_ => Task.Run(CallerAsync, cancel)));

        async Task CallerAsync()
        {
            while (Interlocked.Increment(ref next) is var index && index < calls.Count)
            {
                cancel.ThrowIfCancellationRequested();
                await take(calls[index]);
                hungUp();
            }
        }
    }
}

/// <summary>What a design sent to the CRM database.</summary>
/// <param name="Load">Before the greeting.</param>
/// <param name="Live">While the caller talked.</param>
/// <param name="Flush">After the end.</param>
/// <param name="CountsTransactions">Whether its transactions are known.</param>
internal sealed record BenchTotals(StatementTotals Load, StatementTotals Live, StatementTotals Flush, bool CountsTransactions = true)
{
    public long Transactions => Load.Transactions + Live.Transactions + Flush.Transactions;

    public BenchTotals Since(BenchTotals before) =>
        this with { Load = Minus(Load, before.Load), Live = Minus(Live, before.Live), Flush = Minus(Flush, before.Flush) };

    private static StatementTotals Minus(StatementTotals now, StatementTotals before) =>
        new(now.Statements - before.Statements, now.Transactions - before.Transactions, now.Duration - before.Duration);
}

/// <summary>Waits from an event to its reply, of one round. Thread-safe; forgets what is beyond its room.</summary>
internal sealed class Latencies
{
    private long[] _ticks = [];
    private int _count;

    public int Count => Math.Min(_count, _ticks.Length);

    public void Begin(int room)
    {
        _ticks = new long[room];
        _count = 0;
    }

    public void Add(TimeSpan wait)
    {
        var index = Interlocked.Increment(ref _count) - 1;
        if (index < _ticks.Length) _ticks[index] = wait.Ticks;
    }

    /// <summary>The wait that this share of the events did not exceed, in milliseconds; null: there were none.</summary>
    public double? Percentile(double share)
    {
        var count = Count;
        if (count == 0) return null;
        var sorted = _ticks[..count];
        Array.Sort(sorted);
        return sorted[Math.Clamp((int)Math.Ceiling(share * count) - 1, 0, count - 1)] / (double)TimeSpan.TicksPerMillisecond;
    }
}
