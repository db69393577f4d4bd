using System.Diagnostics;
using System.Globalization;
using CallActors.Messages;
using static CallActors.Messages.CallQueries;

namespace CallActors.Host.Verbs.Bench;

/// <summary>What a number of calls cost that are live at once and say nothing.</summary>
internal sealed record HeldCalls
{
    public required int Calls { get; init; }

    /// <summary>From the first ring until the last one is live.</summary>
    public required double StartSeconds { get; init; }

    /// <summary>All that the process has more on its heap than before, a call's share.</summary>
    public required double BytesPerCall { get; init; }

    /// <summary>Of one core, in per cent, while nobody says anything.</summary>
    public required double IdleCorePercent { get; init; }

    /// <summary>All of them, page by page of a thousand.</summary>
    public required double ListMs { get; init; }

    /// <summary>From the first hang-up until the last row stands.</summary>
    public required double EndSeconds { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Calls} calls live at once: {BytesPerCall / 1024:0.00} KiB each, {IdleCorePercent:0.0} % of a core while idle; live after {StartSeconds:0.0} s, listed in {ListMs:0} ms, ended and written after {EndSeconds:0.0} s");
}

/// <summary>Holds many calls live at once, without the wire, and looks at what that costs.</summary>
internal sealed class BenchHold(CallActorsDesign design, BenchPeople people, TimeProvider time)
{
    private const int WarmUpCalls = 2_000;
    private const int Talking = 4;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    public async Task<HeldCalls> RunAsync(int calls, int concurrency, Action started, CancellationToken cancel)
    {
        var start = time.GetUtcNow();
        await design.TakeAsync([.. Enumerable.Range(0, WarmUpCalls).Select(i => new BenchCall(i, people, start))], concurrency, () => { }, cancel);
        var held = Enumerable.Range(WarmUpCalls, calls).Select(i => new BenchCall(i, people, start)).ToArray();

        var before = HeapBytes();
        var began = time.GetTimestamp();
        await TellAsync(held, events => events[..Talking], concurrency, started, cancel);
        var startSeconds = time.GetElapsedTime(began).TotalSeconds;
        var bytes = HeapBytes() - before;

        var idle = await IdleAsync(cancel);
        began = time.GetTimestamp();
        await ListAsync(calls, cancel);
        var listMs = time.GetElapsedTime(began).TotalMilliseconds;

        began = time.GetTimestamp();
        await TellAsync(held, events => events[Talking..], concurrency, () => { }, cancel);
        await design.SettleAsync(cancel);
        return new HeldCalls
        {
            Calls = calls,
            StartSeconds = startSeconds,
            BytesPerCall = (double)bytes / calls,
            IdleCorePercent = idle,
            ListMs = listMs,
            EndSeconds = time.GetElapsedTime(began).TotalSeconds,
        };
    }

    private Task TellAsync(BenchCall[] calls, Func<ReadOnlyMemory<CallEvents.CallEvent>, ReadOnlyMemory<CallEvents.CallEvent>> part, int concurrency,
        Action told, CancellationToken cancel) =>
        BenchDesign.SideBySideAsync(calls, concurrency, async call =>
        {
            var events = part(call.ToEvents().AsMemory());
            for (var i = 0; i < events.Length; i++) await design.TellAsync(events.Span[i], cancel);
        }, told, cancel);

    private async Task<double> IdleAsync(CancellationToken cancel)
    {
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        await Task.Delay(IdleTime, time, cancel);
        self.Refresh();
        return (self.TotalProcessorTime - before).TotalSeconds / IdleTime.TotalSeconds * 100;
    }

    private async Task ListAsync(int calls, CancellationToken cancel)
    {
        var (listed, after) = (0, (string?)null);
        while (await design.Calls.ListAsync(new ListCalls(null, null, 1_000, after), cancel) is { Calls: [.., var last] } page)
        {
            listed += page.Calls.Length;
            after = last.CallId.Value;
        }

        if (listed != calls) throw new BenchException($"{calls} calls are live and {listed} were listed.");
    }

    private static long HeapBytes()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
