using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Host.Options;
using CallActors.Messages;
using CallActors.Telemetry;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Host.Verbs;

/// <summary>What the edge asks, answered by the calls of this node.</summary>
internal sealed class CallGateway(CallService calls, StatementCounter statements, NodeState node, ServiceOptions options, TimeProvider time, ILogger<CallGateway> log) : ICallGateway
{
    /// <summary>After its deadline a drain waits this long for the commits of the calls it ended.</summary>
    private static readonly TimeSpan FlushPatience = TimeSpan.FromMinutes(5);

    public Task<CallReply> Send(ICallMessage message, CancellationToken cancel) => calls.SendAsync(message, cancel);

    public Task<CallView?> Get(GetCall question, CancellationToken cancel) => calls.GetAsync(question, cancel);

    public Task<CallPage> List(ListCalls question, CancellationToken cancel) => calls.ListAsync(question, cancel);

    public Task Hear(CallCommands.HearGateway gateway, CancellationToken cancel) => calls.HearAsync(gateway, cancel);

    public Task<DeadLetterList> DeadLetters(ListDeadLetters question, CancellationToken cancel) => calls.ListDeadLettersAsync(question, cancel);

    public Task<DeadLetterRetried> Retry(RetryDeadLetter command, CancellationToken cancel) => calls.RetryDeadLetterAsync(command, cancel);

    public async Task<ServiceStats> Stats(CancellationToken cancel)
    {
        var counts = await calls.CountAsync(cancel);
        return new ServiceStats(node.Name)
        {
            Loading = counts.ByState.GetValueOrDefault(CallPhase.Loading),
            Greeting = counts.ByState.GetValueOrDefault(CallPhase.Greeting),
            Live = counts.ByState.GetValueOrDefault(CallPhase.Live),
            Flushing = counts.ByState.GetValueOrDefault(CallPhase.Flushing),
            OldestFlush = counts.OldestFlushSince is { } since ? time.GetUtcNow() - since : TimeSpan.Zero,
            DeadLetters = calls.Counters.DeadLetters,
            Applied = calls.Counters.Applied,
            Duplicate = calls.Counters.Duplicate,
            Refused = calls.Counters.Refused,
            Refusals = calls.Counters.LiveRefusals,
            JournalAvailable = calls.Journals.IsAvailable,
            Durability = options.Core.Journal.Durability,
            DatabaseAvailable = calls.Availability.IsAvailable,
            Load = CostOf(statements.Read(DatabasePhase.Load)),
            LiveCost = CostOf(statements.Read(DatabasePhase.Live)),
            Flush = CostOf(statements.Read(DatabasePhase.Flush)),
        };
    }

    public Task<Readiness> Ready(CancellationToken cancel) => Task.FromResult(
        node.IsDraining ? new Readiness(false, "draining", ["the node takes no new calls"])
        : !node.IsStarted ? new Readiness(false, "starting", [])
        : calls.Journals.Reason is { } away ? new Readiness(false, "unavailable", [$"the journal: {away}"])
        : calls.Availability.Reason is { } reason ? new Readiness(true, "degraded", [$"the CRM database: {reason}"])
        : new Readiness(true, "ready", ImmutableArray<string>.Empty));

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

    private static PhaseCost CostOf(StatementTotals totals) => new(totals.Statements, totals.Duration.TotalMilliseconds);
}
