using System.Collections.Immutable;

namespace CallActors.Host.Verbs.Older;

/// <summary>The statements of the monolith, in the order in which a call met them: one row at a time, the same rows again and again.</summary>
internal static class OldStatements
{
    private const string CallBySid = "select id, business_id, lead_id, status, customer_name, direction from call_log where call_sid = @Sid";
    private const string Settings = "select timezone, working_hours, opening_hours_json, slot_size_min, booking_window_days, min_notice_min, call_goal from business_settings where tenant_id = @Business";
    public const string BusinessByNumber = "select id, name, phone_number, is_active from business where phone_number = @Number";
    public const string LeadByPhone = "select id, first_name, last_name, name, name_source, gender from leads where tenant_id = @Business and phone_e164 = @Phone order by updated_at desc limit 1";
    private const string LeadById = "select id, first_name, last_name, name, name_source, gender from leads where id = @Lead";
    private const string SessionBySid = "select id, lead_id, last_requested_slot, last_confirmed_slot from call_session where call_sid = @Sid";

    /// <summary>Nine.</summary>
    public static readonly ImmutableArray<string> BeforeTheGreeting =
    [
        BusinessByNumber,
        Settings,
        CallBySid,
        LeadByPhone,
        LeadById,
        "select id, run_id, lead_id, call_log_id, status from outbound_call_jobs where id = @Job",
        "select lead_name from outbound_call_jobs where lead_id = @Lead order by id desc limit 1",
        SessionBySid,
        "select greeting_message, voice_name from business where id = @Business",
    ];

    /// <summary>Three: is the stored name one that may be overwritten?</summary>
    public static readonly ImmutableArray<string> OnDetectedName = [CallBySid, LeadByPhone, LeadById];

    /// <summary>Four: is it open, is it free, whose is it?</summary>
    public static readonly ImmutableArray<string> OnBooking =
    [
        Settings,
        "select id, start_time, end_time from appointments where business_id = @Business and start_time >= @Now and status in ('scheduled', 'confirmed') order by start_time limit 1",
        SessionBySid,
        "select name, first_name from leads where id = @Lead",
    ];

    /// <summary>One.</summary>
    public static readonly ImmutableArray<string> AfterTheEnd = [CallBySid];

    public const string UpdateLead = "update leads set gender = coalesce(@Gender, gender), updated_at = @Now where tenant_id = @Business and phone_e164 = @Phone";
    public const string UpdateSession = "update call_session set last_requested_slot = @Slot, last_confirmed_slot = @Slot where call_sid = @Sid";
    public const string UpdateCall = "update call_log set status = @Status, duration = @Duration, summary = @Summary, stream_ended_at = @Now, updated_at = @Now where call_sid = @Sid";

    public const string InsertCall =
        "insert into call_log (business_id, lead_id, call_sid, direction, status, created_at, updated_at) values (@Business, @Lead, @Sid, @Direction, 'initiated', @Now, @Now)";

    public const string InsertSession = "insert into call_session (call_sid, business_id, lead_id) values (@Sid, @Business, @Lead)";

    /// <summary>What the published remedy asks instead of the nine: one join, a row whether the rest is there or not.</summary>
    public const string OneJoin =
        """
        select c.id, c.status, c.customer_name, b.id, b.name, b.greeting_message, b.voice_name, o.timezone, o.working_hours, o.opening_hours_json, o.slot_size_min,
          o.booking_window_days, o.min_notice_min, o.call_goal, l.id, l.first_name, l.last_name, l.name, l.name_source, l.gender, j.id, j.run_id, j.lead_name,
          s.last_requested_slot, s.last_confirmed_slot
        from call_log c
        join business b on b.id = c.business_id
        left join business_settings o on o.tenant_id = b.id
        left join leads l on l.tenant_id = b.id and (l.id = c.lead_id or c.lead_id is null and l.phone_e164 = @Phone)
        left join outbound_call_jobs j on j.id = @Job
        left join call_session s on s.call_sid = c.call_sid
        where c.call_sid = @Sid
        limit 1
        """;

    /// <summary>The three writes, in the order of the remedy's one transaction.</summary>
    public static readonly ImmutableArray<string> Updates = [UpdateLead, UpdateSession, UpdateCall];
}

/// <summary>What the statements are told of a call; a parameter a property.</summary>
internal sealed record OldCall
{
    public required string Sid { get; init; }

    /// <summary>The business's.</summary>
    public string? Number { get; init; }
    public long? Business { get; init; }

    /// <summary>The customer's.</summary>
    public required string Phone { get; init; }
    public long? Lead { get; init; }
    public long? Job { get; init; }
    public required string Direction { get; init; }
    public string? Gender { get; init; }
    public string? Slot { get; init; }
    public required string Status { get; init; }
    public int Duration { get; init; }
    public string? Summary { get; init; }

    /// <summary>As the database takes a time.</summary>
    public required object Now { get; init; }
}
