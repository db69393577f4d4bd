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

/// <summary>Waits from an event to its reply, of one round. Thread-safe; forgets what is beyond its room.</summary>
internal sealed class Latencies
{
    private long[] _ticks = [];
    private int _count;

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
        var count = Math.Min(_count, _ticks.Length);
        if (count == 0) return null;
        var sorted = _ticks[..count];
        Array.Sort(sorted);
        return sorted[Math.Clamp((int)Math.Ceiling(share * count) - 1, 0, count - 1)] / (double)TimeSpan.TicksPerMillisecond;
    }
}
