using Akka.Actor;
using CallActors.Cluster;
using CallActors.Host.Options;

namespace CallActors.Host.Verbs;

/// <summary>
/// The node's beginning and end. With the journal it begins by reading the logs, and leaves live calls in them at its end: the next start goes on with
/// them. With <c>Durability = Memory</c> live calls are ended as drained and flushed; what the database would not take in time is lost, and said to be.
/// </summary>
internal sealed class NodeLifetime(
    CallService calls, NodeState node, ServiceOptions options, TimeProvider time, ILogger<NodeLifetime> log, ClusterMembership? cluster = null) : IHostedService
{
    private static readonly TimeSpan RecoveryPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HandOverPatience = TimeSpan.FromSeconds(5);

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
        if (cluster is not null) await JoinAsync(cluster, cancellationToken);
        else if (IsJournaled) await ReadLogsAsync(cancellationToken);
        node.Started();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Told twice, there is nothing left to wait for.
        if (Interlocked.Exchange(ref _isStopping, 1) == 1) return;
        node.Draining();
        calls.RefuseNewCalls();
        if (node.Outcast is not null) return;
        if (cluster is not null) await HandOverAsync(cluster, cancellationToken);
        else if (IsJournaled) await LeaveCallsInJournalAsync(cancellationToken);
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
            log.LogWarning(
                "The journal was not read within {Seconds} s ({Reason}); events are refused until it is", RecoveryPatience.TotalSeconds, calls.Journals.Reason);
        }
    }

    /// <summary>The door opens when the cluster answers for every call.</summary>
    private async Task JoinAsync(ClusterMembership membership, CancellationToken cancel)
    {
        await membership.JoinAsync(cancel);
        var until = time.GetUtcNow() + RecoveryPatience;
        while (true)
        {
            try
            {
                var counts = await calls.CountAsync(cancel);
                if (calls.Journals.Reason is not null && time.GetUtcNow() < until)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancel);
                    continue;
                }

                log.LogInformation("The cluster holds {Calls} calls in {Partitions} partitions", counts.ByState.Values.Sum(), calls.Partitions);
                return;
            }
            catch (AskTimeoutException) when (time.GetUtcNow() < until)
            {
                // Partitions are on their way from node to node.
            }
            catch (AskTimeoutException)
            {
                log.LogWarning(
                    "Not every partition answered within {Seconds} s; events of their calls are refused until they do", RecoveryPatience.TotalSeconds);
                return;
            }
        }
    }

    /// <summary>
    /// Flushes that are under way are finished; the partitions then go to the other nodes, when the actor system leaves the cluster.
    /// </summary>
    private async Task HandOverAsync(ClusterMembership membership, CancellationToken cancel)
    {
        var waiting = await calls.WaitForFlushesAsync(HandOverPatience, time, cancel);
        log.LogInformation(
            "{Partitions} partitions go to other nodes, with {Waiting} ended calls that are not yet in the database", calls.PartitionsHere.Length, waiting);
        await membership.ForgetAsync();
    }

    private async Task LeaveCallsInJournalAsync(CancellationToken cancel)
    {
        var waiting = await calls.WaitForFlushesAsync(FlushPatience, time, cancel);
        var left = (await calls.CountAsync(cancel)).ByState.Values.Sum();
        if (!calls.Journals.IsHeld())
        {
            log.LogError(
                "{Calls} calls are held here and the journal is not: {Reason}. Where its file was deleted they are lost, {Waiting} of them ended and not yet in the database", left, calls.Journals.Reason, waiting);
            return;
        }

        log.LogInformation(
            "{Calls} calls stay in the journal, {Waiting} of them ended and not yet in the database; the next start goes on with them", left, waiting);
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
