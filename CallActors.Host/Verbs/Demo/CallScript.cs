using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CallActors.Domain;
using CallActors.Host.Verbs.Older;

namespace CallActors.Host.Verbs.Demo;

/// <summary>What sort of call it is.</summary>
internal enum CallKind
{
    KnownLead,
    NewCaller,
    OutboundJob,
    Busy,
    NoAnswer,
    Booking,
}

/// <summary>One event a gateway will send.</summary>
/// <param name="Type">Its CloudEvents type.</param>
/// <param name="AtSeconds">When, from the start of the call.</param>
/// <param name="Data">Its <c>data</c>, but for a slot's times.</param>
/// <param name="Slot">Of an appointment: what is wished for. What is confirmed is what the service agreed to.</param>
internal sealed record ScriptedEvent(string Type, int AtSeconds, JsonObject Data, Slot? Slot = null);

/// <summary>A call as it will go, and what the CRM has to say of it afterwards.</summary>
internal sealed record CallScript(string CallId, CallKind Kind, CallDirection Direction, BusinessProfile Business, string CustomerPhone)
{
    public ImmutableArray<ScriptedEvent> Events { get; init; } = [];

    /// <summary>The position of an event that is sent a second time, as a gateway does that has missed the answer; null: none.</summary>
    public int? Repeats { get; init; }

    /// <summary>An operator asks for the context anew while the caller talks.</summary>
    public bool TriesReload { get; init; }
    public long? LeadId { get; init; }
    public long? JobId { get; init; }

    /// <summary>Nobody knows this number: the call makes a lead.</summary>
    public bool IsNewCaller => LeadId is null;
    public string? DetectedName { get; init; }
    public string? DetectedGender { get; init; }
    public string? Summary { get; init; }

    /// <summary>The status the call ends with.</summary>
    public string Status => Kind switch { CallKind.Busy => "busy", CallKind.NoAnswer => "no-answer", _ => "completed" };

    public int LengthSeconds => Events[^1].AtSeconds;

    /// <summary>From answered, else started, to the end.</summary>
    public int DurationSeconds => LengthSeconds - (Events.FirstOrDefault(told => told.Type == "call.answered")?.AtSeconds ?? 0);

    /// <summary>The slot the caller asks for first.</summary>
    public Slot? Wish => Events.FirstOrDefault(told => told.Type == "appointment.requested")?.Slot;

    /// <summary>The call as the design before this one is told of it.</summary>
    public OldCall ToOldCall(DateTimeOffset now) => new()
    {
        Sid = CallId,
        Number = Business.Phone,
        Business = Business.Id?.Value,
        Phone = CustomerPhone,
        Lead = LeadId,
        Job = JobId,
        Direction = Direction == CallDirection.Inbound ? "inbound" : "outbound",
        Gender = DetectedGender,
        Slot = Wish is { } wish ? DemoDatabase.Text(wish.Start) : null,
        Status = Status,
        Duration = DurationSeconds,
        Summary = Summary,
        Now = DemoDatabase.Text(now),
    };
}
