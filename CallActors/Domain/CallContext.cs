using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>Where a context came from.</summary>
public enum ContextSource
{
    /// <summary>The load answered.</summary>
    Database,

    /// <summary>The load failed or timed out: the business as last seen, or only its number; the flush resolves the rest.</summary>
    Minimal,
}

/// <summary>What a call needs to know of its business. Shared by the business's calls.</summary>
/// <param name="Id">Null in a minimal context of a business that was never seen.</param>
/// <param name="Name">As stored.</param>
/// <param name="Phone">E.164.</param>
public sealed record BusinessProfile(BusinessId? Id, string? Name, string? Phone)
{
    /// <summary>The greeting's template, with <c>{{first_name}}</c> and <c>{{business_name}}</c>.</summary>
    public string? GreetingMessage { get; init; }
    public string? VoiceName { get; init; }

    /// <summary>IANA.</summary>
    public string? TimeZone { get; init; }
    public string? WorkingHours { get; init; }

    /// <summary>The JSON as stored: <c>{"sun":[["10:00","20:00"]],…}</c>.</summary>
    public string? OpeningHoursJson { get; init; }

    /// <summary><c>lead_only</c> or <c>appointment</c>.</summary>
    public string? CallGoal { get; init; }

    /// <summary>Minutes between two starts that can be booked.</summary>
    public int? SlotSizeMinutes { get; init; }

    /// <summary>How many days ahead can be booked.</summary>
    public int? BookingWindowDays { get; init; }

    /// <summary>How many minutes ahead must be booked.</summary>
    public int? MinNoticeMinutes { get; init; }
}

/// <summary>Who is on the line.</summary>
/// <param name="LeadId">The lead the call locked on to, where there is one.</param>
/// <param name="Name">The first usable name, in full.</param>
/// <param name="FirstName">Of it, what is spoken.</param>
/// <param name="NameSource">The lead's <c>name_source</c>; <c>call_log</c> or <c>job</c> where the name stood there.</param>
/// <param name="Gender">As stored.</param>
/// <param name="Phone">E.164; null when withheld.</param>
public sealed record CustomerProfile(LeadId? LeadId, string? Name, string? FirstName, string? NameSource, Gender? Gender, string? Phone);

/// <summary>The outbound job a call belongs to.</summary>
public sealed record JobProfile(JobId Id, long? RunId, string? LeadName);

/// <summary>All a conversation needs, from one statement before the greeting. Never changes while the call is live.</summary>
public sealed record CallContext(
    CallId CallId,
    CallDirection Direction,
    BusinessProfile Business,
    CustomerProfile Customer,
    JobProfile? Job,
    string Greeting,
    string? LastConfirmedSlot,
    ContextSource Source);
