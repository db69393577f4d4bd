using Akka.Actor;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Telemetry;
using static CallActors.Messages.CallQueries;

namespace CallActors.Actors;

/// <summary>What all sessions of a node share.</summary>
internal sealed record SessionParts(IActorRef Loader, IActorRef Writer, IActorRef Admission, CallTimeouts Timeouts, CallCounters Counters, TimeProvider Time)
{
    /// <summary>The way to each business's admission; null: businesses have no limit.</summary>
    public IActorRef? Businesses { get; init; }

    /// <summary>The way to each business's calendar.</summary>
    public IActorRef Calendars { get; init; } = ActorRefs.Nobody;

    /// <summary>What this node knows of businesses' appointments.</summary>
    public BusyBook Busy { get; init; } = new();

    /// <summary>The partitions that live on this node.</summary>
    public LocalPartitions Here { get; init; } = new();

    /// <summary>Whether facts go into a log before they count.</summary>
    public bool IsJournaled { get; init; }

    /// <summary>Told by the partitions whether their journals can be written.</summary>
    public JournalAvailability Journals { get; init; } = new();

    /// <summary>Whether what the journals write goes where it can be found again.</summary>
    public Func<bool> JournalIsThere { get; init; } = () => true;

    /// <summary>Of this node, for people and for the logs it writes.</summary>
    public string Node { get; init; } = Environment.MachineName;

    /// <summary>
    /// Another writer has taken a partition's log, which is told with the node where that one is: this node was cut off and does not know it, and must end.
    /// </summary>
    public Action<int, string> Superseded { get; init; } = (_, _) => { };

    /// <summary>
    /// Says which node voted this one out of the cluster, if one did; what others may have taken is not taken back. Null: there is no cluster.
    /// </summary>
    public Func<Task<string?>>? OutBy { get; init; }

    /// <summary>When gateways were last heard of as a whole.</summary>
    public GatewayPulses Pulses { get; } = new();

    /// <summary>Whose log is cut.</summary>
    public CutTurns Cuts { get; init; } = new(Time, CutTurns.Pause);

    /// <summary>A partition's log is trimmed when it holds this many entries that are needed no more.</summary>
    public int LeastWaste { get; init; } = 5_000;
}

/// <summary>A call as its supervisor lists it.</summary>
internal static class CallSummaries
{
    public static CallSummary? Of(CallCell cell) => cell.Call is { } call ? Of(call, cell.FlushingSince) : null;

    private static CallSummary Of(Call call, DateTimeOffset? flushingSince) => new(
        call.Id, call.Phase, call.Start.Direction, call.Start.From, call.Start.To, call.StartedAt, call.Context?.Business.Id,
        call.Phase == CallPhase.Flushing ? flushingSince : null)
    {
        Source = call.Source,
        LastEventAt = call.LastEventAt,
        Status = call.Status,
    };
}
