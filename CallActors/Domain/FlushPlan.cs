using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>The rows one call is written as. A null field of a row that exists already keeps what is stored.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Business">The tenant of every row.</param>
/// <param name="Lead">Whose call it is, and what changes of them; null: nobody's.</param>
/// <param name="CallLog">The call's own row.</param>
/// <param name="Session">The call's markers.</param>
/// <param name="Job">The outbound job that ends with the call.</param>
/// <param name="Appointments">What was booked.</param>
public sealed record FlushPlan(
    CallId CallId,
    BusinessId Business,
    LeadPlan? Lead,
    CallLogPlan CallLog,
    SessionPlan Session,
    JobPlan? Job,
    ValueList<AppointmentPlan> Appointments);

/// <summary>What the database will be asked to do about the lead.</summary>
/// <param name="Name">Null: the stored one stays.</param>
/// <param name="Gender">Null: the stored one stays.</param>
public abstract record LeadPlan(LeadNames? Name, Gender? Gender)
{
    public sealed record Known(LeadId Id, LeadNames? Name, Gender? Gender) : LeadPlan(Name, Gender)
    {
        /// <summary>What is stored.</summary>
        public Gender? Stored { get; init; }

        public bool Changes => Name is not null || (Gender is not null && Gender != Stored);
    }

    /// <summary>A new caller's. Two calls of one phone and tenant make one lead between them.</summary>
    public sealed record Created(string Phone, LeadNames? Name, Gender? Gender) : LeadPlan(Name, Gender);
}

/// <summary>A detected name, as the lead will have it.</summary>
public sealed record LeadNames(string First, string? Last)
{
    public string Full => CustomerResolver.FullName(First, Last);
}

/// <param name="Existing">The row to write; null: a new one.</param>
/// <param name="Status">Merged with the stored one.</param>
public sealed record CallLogPlan(CallLogId? Existing, CallStatus Status)
{
    public required string From { get; init; }
    public required string To { get; init; }
    public required CallDirection Direction { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public CallId? Parent { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public int? DurationSeconds { get; init; }
    public string? CustomerName { get; init; }
    public string? Summary { get; init; }
    public string? Transcription { get; init; }
    public string? RecordingUrl { get; init; }
}

/// <summary>The markers of <c>call_session</c>: ISO-8601 with the event's offset.</summary>
public sealed record SessionPlan(string? LastRequestedSlot, string? LastConfirmedSlot);

/// <param name="Id">The job.</param>
/// <param name="Completed">False: it failed.</param>
/// <param name="StartedAt">Written where none is stored.</param>
/// <param name="CompletedAt">When the call ended.</param>
public sealed record JobPlan(JobId Id, bool Completed, DateTimeOffset StartedAt, DateTimeOffset CompletedAt);

public sealed record AppointmentPlan(Slot Slot, string Title, string? ContactName, string? ContactPhone);

/// <summary>What becomes of a record: rows, or a refusal with its reason. Never neither.</summary>
public abstract record FlushDecision
{
    public sealed record Write(FlushPlan Plan) : FlushDecision;

    public sealed record Refuse(string Reason) : FlushDecision;
}
