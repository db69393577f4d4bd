using System.Collections.Immutable;
using CallActors.Cluster;
using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Host.Options;
using CallActors.Messages;
using CallActors.Telemetry;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;
using static CallActors.Messages.NodeMessages;

namespace CallActors.Host.Verbs;

/// <summary>What the edge asks, answered by the calls of this node.</summary>
internal sealed class CallGateway(
    CallService calls, CrmLook crm, NodeState node, ServiceOptions options, TimeProvider time, ILogger<CallGateway> log, ClusterOverview? cluster = null)
        : ICallGateway
{
    /// <summary>After its deadline a drain waits this long for the commits of the calls it ended.</summary>
    private static readonly TimeSpan FlushPatience = TimeSpan.FromMinutes(5);

    public Task<CallReply> Send(ICallMessage message, CancellationToken cancel) =>
        node.Outcast is { } why ? Task.FromResult(RefuseOutcast(message, why)) : calls.SendAsync(message, cancel);

    private CallReply RefuseOutcast(ICallMessage message, string why)
    {
        var told = message as CallEvents.CallEvent;
        var reply = CallReply.Refuse(message.CallId, told?.Header.Key.Id, OutcastProblem(why));
        if (told is not null) calls.Counters.Count(reply);
        return reply;
    }

    private static Problem OutcastProblem(string why) => new(ProblemType.Overloaded, $"This node ends: {why}.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public Task<CallView?> Get(GetCall question, CancellationToken cancel) => calls.GetAsync(question, cancel);

    public Task<CallPage> List(ListCalls question, CancellationToken cancel) => calls.ListAsync(question, cancel);

    public Task Hear(CallCommands.HearGateway gateway, CancellationToken cancel) => calls.HearAsync(gateway, cancel);

    public Task<DeadLetterList> DeadLetters(ListDeadLetters question, CancellationToken cancel) => calls.ListDeadLettersAsync(question, cancel);

    public Task<DeadLetterRetried> Retry(RetryDeadLetter command, CancellationToken cancel) => calls.RetryDeadLetterAsync(command, cancel);

    public async Task<ServiceStats> Stats(CancellationToken cancel)
    {
        await crm.LookAsync(cancel);
        var counts = await calls.CountAsync(cancel);
        var nodes = await NodesAsync(cancel);
        return new ServiceStats(node.Name)
        {
            Loading = counts.ByState.GetValueOrDefault(CallPhase.Loading),
            Greeting = counts.ByState.GetValueOrDefault(CallPhase.Greeting),
            Live = counts.ByState.GetValueOrDefault(CallPhase.Live),
            Flushing = counts.ByState.GetValueOrDefault(CallPhase.Flushing),
            OldestFlush = counts.OldestFlushSince is { } since ? time.GetUtcNow() - since : TimeSpan.Zero,
            DeadLetters = calls.Counters.DeadLetters,
            Applied = nodes.Sum(one => one.Applied),
            Duplicate = nodes.Sum(one => one.Duplicate),
            Refused = nodes.Sum(one => one.Refused),
            ForgedCallbacks = calls.Counters.ForgedCallbacks,
            IgnoredCallbacks = calls.Counters.IgnoredCallbacks,
            Refusals = nodes.Sum(one => one.LiveRefusals),
            JournalAvailable = nodes.All(one => one.JournalReason is null),
            Durability = options.Core.Journal.Durability,
            DatabaseAvailable = nodes.All(one => one.DatabaseReason is null),
            Load = CostOf(nodes, DatabasePhase.Load),
            LiveCost = CostOf(nodes, DatabasePhase.Live),
            Flush = CostOf(nodes, DatabasePhase.Flush),
            Upkeep = CostOf(nodes, DatabasePhase.Upkeep),
        };
    }

    public async Task<HeldHere> CountHere(CancellationToken cancel)
    {
        await crm.LookAsync(cancel);
        return new HeldHere(await calls.CountHereAsync(cancel), calls.PartitionsHere.Length);
    }

    public async Task<ClusterPicture> Cluster(CancellationToken cancel) =>
        new(node.Name, calls.Partitions, await MembersAsync(cancel)) { IsClustered = cluster is not null };

    /// <summary>Each node's figures, its own first; a node that does not answer is left out.</summary>
    private async Task<ImmutableArray<NodeFigures>> NodesAsync(CancellationToken cancel) =>
        [.. (await MembersAsync(cancel)).Select(member => member.Figures).OfType<NodeFigures>()];

    private async Task<ImmutableArray<ClusterMember>> MembersAsync(CancellationToken cancel) =>
        cluster is not null ? await cluster.LookAsync(cancel) : [new ClusterMember(node.Name, "up", ["call"], true, true, calls.FiguresHere)];

    public async Task<Readiness> Ready(CancellationToken cancel)
    {
        await crm.LookAsync(cancel);
        return Ready();
    }

    private Readiness Ready() =>
        node.Outcast is { } outcast ? new Readiness(false, "outcast", [outcast])
        : node.IsDraining ? new Readiness(false, "draining", ["the node takes no new calls"])
        : !node.IsStarted ? new Readiness(false, "starting", [])
        : calls.Journals.Reason is { } away ? new Readiness(false, "unavailable", [$"the journal: {away}"])
        : calls.Availability.Reason is { } reason ? new Readiness(true, "degraded", [$"the CRM database: {reason}"])
        : new Readiness(true, "ready", []);

    public Task Drain(TimeSpan? deadline)
    {
        node.Draining();
        calls.RefuseNewCalls();
        log.LogInformation("Draining on request: no new calls{Deadline}", deadline is { } after ? $", live ones are ended in {after.TotalSeconds:0.#} s" : "");
        if (deadline is { } given) _ = EndAfter(given);
        return Task.CompletedTask;
    }

    private async Task EndAfter(TimeSpan deadline)
    {
        try
        {
            await Task.Delay(deadline, time);
            var left = await calls.DrainAsync(FlushPatience);
            if (left == 0) log.LogInformation("Drained: every call is in the database");
            else log.LogWarning("{Calls} calls wait for the database; their batches are tried on", left);
        }
        catch (Exception e)
        {
            log.LogError(e, "The drain failed");
        }
    }

    private static PhaseCost CostOf(ImmutableArray<NodeFigures> nodes, DatabasePhase phase)
    {
        var told = nodes.Where(one => one.Database.Length > (int)phase).Select(one => one.Database[(int)phase]).ToList();
        return new PhaseCost(told.Sum(one => one.Statements), told.Sum(one => one.Milliseconds));
    }
}
