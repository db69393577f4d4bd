using CallActors.Host.Options;

namespace CallActors.Host.Verbs;

/// <summary>
/// The node's beginning and end. With the journal it begins by reading the logs, and leaves live calls in them at its end: the next start goes on with
/// them. With <c>Durability = Memory</c> live calls are ended as drained and flushed; what the database would not take in time is lost, and said to be.
/// </summary>
internal sealed class NodeLifetime(CallService calls, NodeState node, ServiceOptions options, TimeProvider time, ILogger<NodeLifetime> log) : IHostedService
{
    private static readonly TimeSpan RecoveryPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(10);

    private int _isStopping;

    private bool IsJournaled => options.Core.Journal.Durability == Durability.Journal;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        log.LogInformation(
            "CallActors on {Provider}; {Promise}",
            options.Core.Database.Provider,
            IsJournaled
                ? $"an applied event is in the journal ({options.Core.Journal.Provider}) before its reply is sent"
                : "durability is Memory: an applied event survives until this process dies, and not longer");
        if (options.Keys.AnyoneMayCall) log.LogInformation("No keys are configured: this machine alone can reach the service, and anyone on it may call");
        if (IsJournaled) await ReadLogsAsync(cancellationToken);
        node.Started();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Told twice, there is nothing left to wait for.
        if (Interlocked.Exchange(ref _isStopping, 1) == 1) return;
        node.Draining();
        calls.RefuseNewCalls();
        if (IsJournaled) await LeaveCallsInJournalAsync(cancellationToken);
        else await DrainAsync(cancellationToken);
    }

    private async Task ReadLogsAsync(CancellationToken cancel)
    {
        try
        {
            await calls.Journals.FirstAvailable.WaitAsync(RecoveryPatience, time, cancel);
        }
        catch (TimeoutException)
        {
            log.LogWarning("The journal was not read within {Seconds} s ({Reason}); events are refused until it is", RecoveryPatience.TotalSeconds, calls.Journals.Reason);
        }
    }

    private async Task LeaveCallsInJournalAsync(CancellationToken cancel)
    {
        var waiting = await calls.WaitForFlushesAsync(FlushPatience, time, cancel);
        var left = (await calls.CountAsync(cancel)).ByState.Values.Sum();
        log.LogInformation("{Calls} calls stay in the journal, {Waiting} of them ended and not yet in the database; the next start goes on with them", left, waiting);
    }

    private async Task DrainAsync(CancellationToken cancel)
    {
        log.LogInformation("Draining: no new calls, live ones are ended and flushed");
        var left = await calls.DrainAsync(DrainPatience, cancel);
        node.Lost(left);
        if (left == 0) log.LogInformation("Drained: every call is in the database");
        else log.LogError("{Calls} calls could not be committed within {Seconds} s and are lost: durability is Memory", left, DrainPatience.TotalSeconds);
    }
}
