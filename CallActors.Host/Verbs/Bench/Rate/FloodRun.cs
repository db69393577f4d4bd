using System.Collections.Concurrent;
using CallActors.Host.Verbs.Bench.Wire;

namespace CallActors.Host.Verbs.Bench.Rate;

/// <summary>
/// New calls beside the measured ones, more than the service can take on: each starts when it is due, unless too many wait for their answer already; a crowd of
/// gateways has no more connections than that. Those that were taken on are live until <see cref="EndTakenAsync"/>.
/// </summary>
/// <param name="design">The service.</param>
/// <param name="calls">What may be started, in this order.</param>
/// <param name="perSecond">Starts a second.</param>
/// <param name="time">The clock.</param>
internal sealed class FloodRun(WireDesign design, IReadOnlyList<FloodCall> calls, int perSecond, TimeProvider time)
{
    private const int MostUnanswered = 2_000;
    private const int EndsAtOnce = 50;
    private readonly ConcurrentQueue<FloodCall> _taken = [];
    private int _unanswered;
    private int _unsent;
    private int _refused;
    private long _calm;

    public int Taken => _taken.Count;

    public async Task RunAsync(TimeSpan lasts, WireErrors errors, CancellationToken cancel)
    {
        _calm = design.ServiceMemory.Now;
        var sent = new List<Task>(calls.Count);
        await PacedThread.RunAsync(() => SendAll(lasts, sent, errors, cancel), cancel);
        await Task.WhenAll(sent);
    }

    private void SendAll(TimeSpan lasts, List<Task> sent, WireErrors errors, CancellationToken cancel)
    {
        var (began, due) = (time.GetTimestamp(), 0);
        while (time.GetElapsedTime(began) is var elapsed && elapsed < lasts)
        {
            for (var until = Math.Min(calls.Count, (int)(elapsed.TotalSeconds * perSecond)); due < until; due++)
            {
                if (Volatile.Read(ref _unanswered) < MostUnanswered) sent.Add(StartAsync(calls[due], errors, cancel));
                else _unsent++;
            }

            PacedThread.Wait(cancel);
        }
    }

    /// <summary>Tells the calls that were taken on what else happens in them, to their end.</summary>
    public Task EndTakenAsync(WireErrors errors, CancellationToken cancel) =>
        Parallel.ForEachAsync(_taken, new ParallelOptions { MaxDegreeOfParallelism = EndsAtOnce, CancellationToken = cancel },
            async (call, stop) => await EndAsync(call, errors, stop));

    public RateFlood Read(RatePart part) => new()
    {
        PerSecond = perSecond,
        Accepted = part,
        Taken = Taken,
        Refused = _refused,
        Unsent = _unsent,
        CalmMiB = _calm / (1024.0 * 1024),
        MostMiB = design.ServiceMemory.Most / (1024.0 * 1024),
    };

    private async Task StartAsync(FloodCall call, WireErrors errors, CancellationToken cancel)
    {
        Interlocked.Increment(ref _unanswered);
        var reply = await design.Wire.SendAsync(call.Start, cancel);
        Interlocked.Decrement(ref _unanswered);
        if (reply.Applied) _taken.Enqueue(call);
        else if (reply.IsNotNow) Interlocked.Increment(ref _refused);
        else errors.Add(call.Start, reply);
    }

    private async Task EndAsync(FloodCall call, WireErrors errors, CancellationToken cancel)
    {
        foreach (var told in call.Rest)
        {
            // The starts that still wait may be more than the service can bear for a moment.
            var reply = await design.Wire.SendUntilTakenAsync(told, time, cancel);
            if (!reply.Applied) errors.Add(told, reply);
        }
    }
}

/// <summary>A call that is only started; the rest is told when the flood is over.</summary>
internal readonly record struct FloodCall(WireEvent Start, WireEvent[] Rest)
{
    public static FloodCall Of(BenchCall call, IWire wire)
    {
        var events = WireCall.Of(call, wire).Events;
        return new FloodCall(events[0], events[1..]);
    }
}
