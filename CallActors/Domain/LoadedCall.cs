using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>What to look for in the CRM for one call; one statement answers a list of these.</summary>
/// <param name="CallId">The call.</param>
public sealed record ContextQuery(CallId CallId)
{
    /// <summary>
    /// Stands for what an inbound call was for, where that is no telephone number: no business has it, and none is looked for by anything else.
    /// </summary>
    public const string NoNumber = "(no number)";

    /// <summary>Find the active business by this number; null: by <see cref="BusinessId"/>, else by the job's.</summary>
    public string? BusinessPhone { get; init; }
    public BusinessId? BusinessId { get; init; }

    /// <summary>The lead named by the event, or the one the call has locked on to.</summary>
    public LeadId? LeadId { get; init; }
    public JobId? JobId { get; init; }
    public CallLogId? CallLogId { get; init; }
    public string? CustomerPhone { get; init; }

    /// <summary>What a starting call asks. Inbound, the number decides; outbound, the ids.</summary>
    public static ContextQuery ForStart(CallId callId, CallStart start) => new(callId)
    {
        BusinessPhone = start.Direction == CallDirection.Inbound ? start.BusinessPhone ?? NoNumber : null,
        BusinessId = start.Direction == CallDirection.Inbound ? null : start.BusinessId,
        LeadId = start.LeadId,
        JobId = start.JobId,
        CallLogId = start.CallLogId,
        CustomerPhone = start.CustomerPhone,
    };

    /// <summary>What is asked of a call that is not here: has it been, and what did it see?</summary>
    public static ContextQuery ForLedger(CallId callId) => new(callId);
}

/// <summary>A row of <c>leads</c>.</summary>
public sealed record LeadRow(LeadId Id, string? FirstName, string? LastName, string? Name, string? NameSource, Gender? Gender);

/// <summary>A row of <c>outbound_call_jobs</c> inside the tenant.</summary>
public sealed record JobRow(JobId Id, long? RunId, string? LeadName, string? Status);

/// <summary>A row of <c>call_log</c> inside the tenant that is this call's.</summary>
public sealed record CallRow(CallLogId Id, LeadId? LeadId, string? Status, string? CustomerName);

/// <summary>A call that is behind us, committed or kept as a dead letter, and the fingerprints of the events it had seen.</summary>
public sealed record LedgerRow(DateTimeOffset CommittedAt, ValueList<ulong> Events);

/// <summary>What the CRM knows of a call, raw: the domain decides what follows from it. Every row is of the business's tenant.</summary>
/// <param name="Business">Null: no business for this call.</param>
/// <param name="Job">The outbound job.</param>
/// <param name="Call">The call's row, found by its id, by ours, or by the job's.</param>
/// <param name="LeadOfCall">The lead of the call's row.</param>
/// <param name="LeadOfEvent">The lead of <see cref="ContextQuery.LeadId"/>.</param>
/// <param name="LeadOfJob">The job's lead.</param>
/// <param name="LeadOfPhone">The newest lead with the customer's number.</param>
/// <param name="LastConfirmedSlot">Of the call's <c>call_session</c>.</param>
/// <param name="Ledger">Where the call was committed already.</param>
public sealed record LoadedCall(
    BusinessProfile? Business,
    JobRow? Job,
    CallRow? Call,
    LeadRow? LeadOfCall,
    LeadRow? LeadOfEvent,
    LeadRow? LeadOfJob,
    LeadRow? LeadOfPhone,
    string? LastConfirmedSlot,
    LedgerRow? Ledger)
{
    /// <summary>
    /// When the business is taken already, as far ahead as can be booked; one object for all the calls of one business in a load. Null: there is no business.
    /// </summary>
    public BusyTimes? Busy { get; init; }
}

/// <summary>What a call's part in the statements of one phase was.</summary>
/// <param name="Statements">Statements that worked for this call; each may have worked for others, too.</param>
/// <param name="Duration">Their time at the database.</param>
/// <param name="SharedBy">How many calls shared them.</param>
public sealed record StatementCost(int Statements, TimeSpan Duration, int SharedBy)
{
    public static readonly StatementCost None = new(0, TimeSpan.Zero, 0);

    public StatementCost Plus(StatementCost other) => new(Statements + other.Statements, Duration + other.Duration, Math.Max(SharedBy, other.SharedBy));
}

/// <summary>What a call cost the CRM database so far, by phase.</summary>
public sealed record DatabaseCost(StatementCost Load, StatementCost Live, StatementCost Flush)
{
    public static readonly DatabaseCost None = new(StatementCost.None, StatementCost.None, StatementCost.None);
}
