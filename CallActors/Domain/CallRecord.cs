using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>A call as it is handed to the writer: everything its rows are made of, and nothing that changes any more.</summary>
/// <param name="CallId">The call; the key of the ledger.</param>
/// <param name="Start">Numbers, direction and the CRM's keys.</param>
/// <param name="StartedAt">From the event.</param>
public sealed record CallRecord(CallId CallId, CallStart Start, DateTimeOffset StartedAt)
{
    /// <summary>False: a snapshot of a call that goes on; it takes no ledger row and writes only what can be written again.</summary>
    public bool Final { get; init; } = true;

    /// <summary>
    /// The writing node's, or its predecessor's, time of the start, which no gateway's clock can put off; null: a dead letter of a version that did not keep
    /// it.
    /// </summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>
    /// The call cannot have been written before that. An old call that a gateway tells anew after the ledger has forgotten it has a start as old as itself.
    /// </summary>
    public DateTimeOffset KnownSince => OpenedAt < StartedAt ? OpenedAt.Value : StartedAt;
    public DateTimeOffset? AnsweredAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public CallStatus Status { get; init; }

    /// <summary>Whole seconds; null while the call goes on.</summary>
    public int? DurationSeconds { get; init; }

    /// <summary>Why it ended: the closed set, and the gateway's or operator's own words.</summary>
    public EndReason? EndReason { get; init; }
    public string? EndDetail { get; init; }

    /// <summary>The business the call was given; null: resolved by the flush.</summary>
    public BusinessId? BusinessId { get; init; }

    /// <summary>The lead the call locked on to; null: resolved, or created, by the flush.</summary>
    public LeadId? LeadId { get; init; }

    /// <summary>The name the conversation used; null: it had none, or no context.</summary>
    public string? CustomerName { get; init; }
    public IntentStash Intents { get; init; } = IntentStash.Empty;

    /// <summary>Fingerprints of the events the call has seen; the ledger keeps them to know a repeated one.</summary>
    public ValueList<ulong> SeenEvents { get; init; } = [];

    /// <summary>Bytes of what the conversation brought, roughly: a transcript makes a batch large, nothing else does.</summary>
    public int TextBytes
    {
        get
        {
            var bytes = 256 + (SeenEvents.Count * sizeof(ulong));
            foreach (var held in Intents.Held.AsSpan()) bytes += held.Intent.TextBytes;
            return bytes;
        }
    }

    /// <summary>What the flush looks up before it writes.</summary>
    public ContextQuery Query => ContextQuery.ForStart(CallId, Start) with
    {
        BusinessPhone = BusinessId is null && Start.Direction == CallDirection.Inbound ? Start.BusinessPhone ?? ContextQuery.NoNumber : null,
        BusinessId = BusinessId ?? (Start.Direction == CallDirection.Outbound ? Start.BusinessId : null),
        LeadId = LeadId ?? Start.LeadId,
    };
}

/// <summary>Who or what ended a call.</summary>
public enum EndReason
{
    /// <summary>The gateway said so.</summary>
    HungUp,

    /// <summary>No event for the idle time-out.</summary>
    Idle,

    /// <summary>It reached the longest a call may last.</summary>
    MaxDuration,

    /// <summary>An operator ended it.</summary>
    Operator,

    /// <summary>The node was drained.</summary>
    Drained,

    /// <summary>Its gateway named its live calls, and this one was not among them.</summary>
    Lost,
}

/// <summary>What kinds of <see cref="EndReason"/> there are.</summary>
internal static class EndReasons
{
    /// <summary>Nobody told the end: the call, or its gateway's list, was silent.</summary>
    public static bool IsGuess(this EndReason reason) => reason is EndReason.Idle or EndReason.Lost;
}

/// <summary>A batch that the database would not have, and why.</summary>
/// <param name="Id">Its key.</param>
/// <param name="CallId">The call.</param>
/// <param name="BatchJson">The batch, readable.</param>
/// <param name="Reason">The database's words, or the planner's.</param>
/// <param name="SqlState">Five characters, where the database gave one.</param>
/// <param name="At">When it was given up.</param>
public sealed record DeadLetter(string Id, CallId CallId, string BatchJson, string Reason, string? SqlState, DateTimeOffset At);
