namespace CallActors.Host.Gateways.Webhooks;

/// <summary>Our names of the fields a callback may have.</summary>
internal static class WebhookFields
{
    public const string CallId = "callId";
    public const string Status = "status";

    /// <summary>Why a call ended: told beside the status, part of what it means.</summary>
    public const string Cause = "cause";
    public const string EventId = "eventId";
    public const string Time = "time";
    public const string Sequence = "sequence";
    public const string From = "from";
    public const string To = "to";
    public const string Direction = "direction";
    public const string Duration = "duration";
    public const string Reason = "reason";
    public const string RecordingUrl = "recordingUrl";
    public const string ParentCallId = "parentCallId";

    /// <summary>Where the configuration says at which JSON pointer a field stands.</summary>
    public static string KeyOf(string field) => $"Fields:{char.ToUpperInvariant(field[0])}{field[1..]}";

    public static readonly string[] All =
    [
        CallId, Status, Cause, EventId, Time, Sequence, From, To, Direction, Duration, Reason, RecordingUrl, ParentCallId,
        "businessId", "leadId", "jobId", "callLogId",
    ];
}
