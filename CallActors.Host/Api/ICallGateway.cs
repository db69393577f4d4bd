using System.Collections.Immutable;
using CallActors.Cluster;
using CallActors.Messages;
using CallActors.Telemetry;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Host.Api;

/// <summary>
/// All that the edge asks of the calls behind it. A question that finds no answer in time throws <see cref="TimeoutException"/> (or Akka's
/// own); the caller is told to come again.
/// </summary>
internal interface ICallGateway
{
    /// <summary>
    /// Says something to one call. What is sent first arrives first: the message is under way when the method returns, not when its task is
    /// done, so events of one call can be sent one behind the other without waiting.
    /// </summary>
    Task<CallReply> Send(ICallMessage message, CancellationToken cancel);

    /// <returns>Null where there is no such call.</returns>
    Task<CallView?> Get(GetCall question, CancellationToken cancel);

    Task<CallPage> List(ListCalls question, CancellationToken cancel);

    /// <summary>A gateway as a whole was heard of: none of its calls is silent.</summary>
    Task Hear(CallCommands.HearGateway gateway, CancellationToken cancel);

    Task<ServiceStats> Stats(CancellationToken cancel);

    /// <summary>The calls that live on this node, for its metrics. Another node tells of its own.</summary>
    Task<HeldHere> CountHere(CancellationToken cancel);

    Task<DeadLetterList> DeadLetters(ListDeadLetters question, CancellationToken cancel);

    Task<DeadLetterRetried> Retry(RetryDeadLetter command, CancellationToken cancel);

    Task<Readiness> Ready(CancellationToken cancel);

    Task<ClusterPicture> Cluster(CancellationToken cancel);

    /// <summary>Takes no new calls from now on.</summary>
    /// <param name="deadline">Null: live calls go on. Otherwise they are ended as drained once it has passed, or at once where it is zero.</param>
    /// <returns>Done as soon as new calls are refused; it does not wait for the deadline.</returns>
    Task Drain(TimeSpan? deadline);
}

/// <summary>What <c>GET /v1/stats</c> shows.</summary>
internal sealed record ServiceStats(string Node)
{
    public long Loading { get; init; }
    public long Greeting { get; init; }
    public long Live { get; init; }
    public long Flushing { get; init; }

    /// <summary>How long the call that waits longest for its commit has been waiting; zero where none waits.</summary>
    public TimeSpan OldestFlush { get; init; }
    public long DeadLetters { get; init; }

    /// <summary>Events since the start, by what became of them.</summary>
    public long Applied { get; init; }
    public long Duplicate { get; init; }
    public long Refused { get; init; }

    /// <summary>Callbacks of gateways that were not signed as they should be, and those that there is no use for.</summary>
    public long ForgedCallbacks { get; init; }
    public long IgnoredCallbacks { get; init; }

    /// <summary>Database messages that were refused in live calls.</summary>
    public long Refusals { get; init; }
    public bool DatabaseAvailable { get; init; } = true;

    /// <summary>Statements on the CRM database and their time, by phase.</summary>
    public PhaseCost Load { get; init; }
    public PhaseCost LiveCost { get; init; }
    public PhaseCost Flush { get; init; }

    /// <summary>Statements that are no call's: the ledger's old rows are deleted.</summary>
    public PhaseCost Upkeep { get; init; }
    public bool JournalAvailable { get; init; } = true;
    public Durability Durability { get; init; } = Durability.Memory;
}

/// <summary>What <c>GET /v1/cluster</c> shows.</summary>
/// <param name="Node">Who answers.</param>
/// <param name="Partitions">Into how many parts the calls are divided.</param>
/// <param name="Members">All nodes; without a cluster this one alone.</param>
internal sealed record ClusterPicture(string Node, int Partitions, ImmutableArray<ClusterMember> Members)
{
    public bool IsClustered { get; init; }
}

/// <summary>What one phase cost the database: the statements as the database counts them, not once for each call they worked for.</summary>
internal readonly record struct PhaseCost(long Statements, double Milliseconds);

/// <summary>Whether the node is fit to be sent calls.</summary>
/// <param name="IsReady">False: starting, or draining; the probe answers 503.</param>
/// <param name="Status"><c>ready</c>, <c>degraded</c>, <c>starting</c> or <c>draining</c>.</param>
/// <param name="Reasons">Why it is not simply ready.</param>
internal sealed record Readiness(bool IsReady, string Status, ImmutableArray<string> Reasons);
