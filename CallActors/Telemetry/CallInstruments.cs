using System.Diagnostics.Metrics;
using CallActors.Domain;

namespace CallActors.Telemetry;

/// <summary>Where a node's figures are.</summary>
/// <param name="Counters">What is counted of events and calls.</param>
/// <param name="Statements">What the CRM was asked; null: it is not counted.</param>
/// <param name="Crm">Whether it answers.</param>
/// <param name="Journals">Whether they can be written.</param>
/// <param name="Held">The calls, as they were counted last.</param>
/// <param name="Time">The clock.</param>
internal sealed record CallFigures(
    CallCounters Counters, StatementCounter? Statements, CrmAvailability Crm, JournalAvailability Journals, HeldCalls Held, TimeProvider Time);

/// <summary>
/// What the calls of a node say through its meter: its own figures and no other node's, so that they can be summed. All of it is counted anyway and only read
/// here; labels have few values, and none of them is a call's, a number or a name.
/// </summary>
internal static class CallInstruments
{
    private static readonly (CallPhase State, string Label)[] States = Labelled<CallPhase>();
    private static readonly (DatabasePhase Phase, string Label)[] Phases = Labelled<DatabasePhase>();

    /// <summary>Adds the instruments to a meter; what they read lives as long as that.</summary>
    public static void Add(Meter meter, CallFigures node)
    {
        meter.CreateObservableGauge("callactors.build_info", () => Of(1, "version", CallMeter.Version), null, "1, with the version of this build.");
        AddHeld(meter, node.Held, node.Time);
        AddEvents(meter, node.Counters);
        if (node.Statements is { } statements) AddDatabase(meter, statements);
        meter.CreateObservableGauge(
            "callactors.database.available", () => node.Crm.IsAvailable ? 1L : 0L, null,
            "Whether the CRM database answered this node when it was last asked: 1 or 0.");
        meter.CreateObservableGauge(
            "callactors.journal.available", () => node.Journals.IsAvailable ? 1L : 0L, null, "Whether all journals of this node can be written: 1 or 0.");
        meter.CreateObservableGauge(
            "callactors.dead_letters",
            () => node.Counters.KnowsDeadLetters ? [new Measurement<long>(node.Counters.DeadLetters)] : Enumerable.Empty<Measurement<long>>(),
            "{letter}",
            "Batches the CRM database would not have, as this node last counted them there; all nodes count the same ones. Left out while they could not be counted.");
    }

    private static void AddHeld(Meter meter, HeldCalls held, TimeProvider time)
    {
        meter.CreateObservableUpDownCounter(
            "callactors.calls",
            () => held.Known is { } known ? States.Select(one => Of(known.Calls.ByState.GetValueOrDefault(one.State), "state", one.Label)) : [],
            "{call}",
            "Calls on this node, by state. Left out where its partitions did not answer in time.");
        meter.CreateObservableGauge(
            "callactors.oldest_flush",
            () => held.Known is { } known
                ? [new Measurement<double>(known.Calls.OldestFlushSince is { } since ? Math.Max(0, (time.GetUtcNow() - since).TotalSeconds) : 0)]
                : Enumerable.Empty<Measurement<double>>(),
            "s",
            "How long the ended call that waits longest has been waiting for its commit; 0: none waits. Left out where the partitions did not answer in time.");
        meter.CreateObservableUpDownCounter(
            "callactors.partitions",
            () => held.Known is { } known ? [new Measurement<long>(known.Partitions)] : Enumerable.Empty<Measurement<long>>(),
            "{partition}",
            "Partitions of calls that live on this node. Left out where they did not answer in time.");
    }

    private static void AddEvents(Meter meter, CallCounters counters)
    {
        meter.CreateObservableCounter(
            "callactors.events",
            () => new[] { Of(counters.Applied, "outcome", "applied"), Of(counters.Duplicate, "outcome", "duplicate"),
                Of(counters.Refused, "outcome", "refused") },
            "{event}",
            "Events by what became of them.");
        meter.CreateObservableCounter(
            "callactors.event.refusals",
            () => counters.RefusedFor.Select(one => Of(one.Value, "problem", one.Key)),
            "{event}",
            "Refused events by the type of their problem, without its urn:callactors: in front.");
        Add("callactors.live_call.refusals", () => counters.LiveRefusals, "{message}", "Database messages that were refused in live calls.");
        Add("callactors.minimal_contexts", () => counters.MinimalContexts, "{call}",
            "Calls that went on with a minimal context, because the load failed or timed out.");
        Add("callactors.late_completions", () => counters.LateCompletions, "{message}", "Answers of the loader or the writer that nobody waited for any more.");
        Add("callactors.session.failures", () => counters.SessionFailures, "{failure}", "Sessions that failed and were started again.");
        Add("callactors.forged_callbacks", () => counters.ForgedCallbacks, "{callback}", "Callbacks of gateways that were not signed as they should be.");
        Add("callactors.ignored_callbacks", () => counters.IgnoredCallbacks, "{callback}", "Callbacks of gateways that there is no use for.");
        void Add(string name, Func<long> read, string unit, string description) => meter.CreateObservableCounter(name, read, unit, description);
    }

    private static void AddDatabase(Meter meter, StatementCounter counter)
    {
        meter.CreateObservableCounter(
            "callactors.database.statements",
            () => Phases.Select(one => Of(counter.Read(one.Phase).Statements, "phase", one.Label)),
            "{statement}",
            "Statements on the CRM database, by the phase of the calls they were for; upkeep: for no call. Those of phase live stay 0: that is the promise.");
        meter.CreateObservableCounter(
            "callactors.database.transactions",
            () => Phases.Select(one => Of(counter.Read(one.Phase).Transactions, "phase", one.Label)),
            "{transaction}",
            "Transactions on the CRM database, by the phase of the calls they were for; upkeep: for no call.");
        meter.CreateObservableCounter(
            "callactors.database.time",
            () => Phases.Select(one =>
                new Measurement<double>(counter.Read(one.Phase).Duration.TotalSeconds, new KeyValuePair<string, object?>("phase", one.Label))),
            "s",
            "Time of statements and commits on the CRM database, from sent to answered, by the phase of the calls they were for; upkeep: for no call.");
    }

    private static Measurement<long> Of(long value, string label, string labelled) => new(value, new KeyValuePair<string, object?>(label, labelled));

    private static (T, string)[] Labelled<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => (value, value.ToString().ToLowerInvariant()))];
}
