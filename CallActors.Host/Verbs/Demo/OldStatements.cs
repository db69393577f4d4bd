using System.Collections.Immutable;

namespace CallActors.Host.Verbs.Demo;

/// <summary>The statements of the monolith, in the order in which a call met them: one row at a time, the same rows again and again.</summary>
internal static class OldStatements
{
    private const string CallBySid = "select id, business_id, lead_id, status, customer_name, direction from call_log where call_sid = @sid";
    private const string Settings = "select timezone, working_hours, opening_hours_json, slot_size_min, booking_window_days, min_notice_min, call_goal from business_settings where tenant_id = @business";
    private const string LeadByPhone = "select id, first_name, last_name, name, name_source, gender from leads where tenant_id = @business and phone_e164 = @phone order by updated_at desc limit 1";
    private const string LeadById = "select id, first_name, last_name, name, name_source, gender from leads where id = @lead";
    private const string SessionBySid = "select id, lead_id, last_requested_slot, last_confirmed_slot from call_session where call_sid = @sid";

    /// <summary>Nine.</summary>
    public static readonly ImmutableArray<string> BeforeTheGreeting =
    [
        "select id, name, phone_number, is_active from business where phone_number = @number",
        Settings,
        CallBySid,
        LeadByPhone,
        LeadById,
        "select id, run_id, lead_id, call_log_id, status from outbound_call_jobs where id = @job",
        "select lead_name from outbound_call_jobs where lead_id = @lead order by id desc limit 1",
        SessionBySid,
        "select greeting_message, voice_name from business where id = @business",
    ];

    /// <summary>Three: is the stored name one that may be overwritten?</summary>
    public static readonly ImmutableArray<string> OnDetectedName = [CallBySid, LeadByPhone, LeadById];

    /// <summary>Four: is it open, is it free, whose is it?</summary>
    public static readonly ImmutableArray<string> OnBooking =
    [
        Settings,
        "select id, start_time, end_time from appointments where business_id = @business and start_time >= @now and status in ('scheduled', 'confirmed') order by start_time limit 1",
        SessionBySid,
        "select name, first_name from leads where id = @lead",
    ];

    /// <summary>One.</summary>
    public static readonly ImmutableArray<string> AfterTheEnd = [CallBySid];

    public const string UpdateLead = "update leads set gender = coalesce(@gender, gender), updated_at = @now where tenant_id = @business and phone_e164 = @phone";
    public const string UpdateSession = "update call_session set last_requested_slot = @slot, last_confirmed_slot = @slot where call_sid = @sid";
    public const string UpdateCall = "update call_log set status = @status, duration = @duration, summary = @summary, stream_ended_at = @now, updated_at = @now where call_sid = @sid";

    public const string InsertCall =
        "insert into call_log (business_id, lead_id, call_sid, direction, status, created_at, updated_at) values (@business, @lead, @sid, @direction, 'initiated', @now, @now)";

    public const string InsertSession = "insert into call_session (call_sid, business_id, lead_id) values (@sid, @business, @lead)";

    /// <summary>What the statements are told of a call.</summary>
    public static object Of(CallScript call, DateTimeOffset now) => new
    {
        sid = call.CallId,
        number = call.Business.Phone,
        business = call.Business.Id?.Value,
        phone = call.CustomerPhone,
        lead = call.LeadId,
        job = call.JobId,
        direction = call.Direction == Domain.CallDirection.Inbound ? "inbound" : "outbound",
        gender = call.DetectedGender,
        slot = call.Wish is { } wish ? DemoDatabase.Text(wish.Start) : null,
        status = call.Status,
        duration = call.DurationSeconds,
        summary = call.Summary,
        now = DemoDatabase.Text(now),
    };
}
