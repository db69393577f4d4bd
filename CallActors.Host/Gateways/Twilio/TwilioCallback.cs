using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;

namespace CallActors.Host.Gateways.Twilio;

/// <summary>Reads what Twilio says of a call: when it comes in, and when its status changes.</summary>
internal static class TwilioCallback
{
    private const string Statuses = "queued, initiated, ringing, in-progress, completed, busy, no-answer, canceled or failed";

    /// <summary>
    /// What Twilio says where a caller has none: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE, typed on a telephone. Taken for numbers, all who
    /// withhold theirs would be one customer.
    /// </summary>
    private static readonly string[] Withheld = ["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"];

    /// <summary>Reads a callback. That of a recording has no <c>CallStatus</c>, and tells of a call that its URL is known.</summary>
    /// <param name="parameter">Of the body, and of the query for the keys of CRM rows: those we put there ourselves.</param>
    /// <param name="arrival">Stands in for the time, where there is none.</param>
    public static CallbackReading Read(Func<string, string?> parameter, DateTimeOffset arrival)
    {
        string? Known(string name) => parameter(name) is { } text && !(name == "From" && Withheld.Contains(text)) ? text : null;

        var fields = new CallbackFields(Known);
        var call = fields.Call("CallSid");
        var account = fields.Text("AccountSid");
        var given = parameter("CallStatus");
        var status = StatusOf(given);
        var recording = given is null ? parameter("RecordingStatus") : null;
        if (status is null && recording is null) fields.Wrong("CallStatus", Statuses);
        var start = fields.Start(DirectionOf(parameter("Direction")), "From", "To", "Direction");
        var sequence = fields.Sequence("SequenceNumber");
        var notice = new CallNotice($"twilio:{account}", call,
            recording is null ? $"{given}/{sequence}" : $"recording/{fields.Text("RecordingSid")}/{recording}", fields.Time("Timestamp", arrival))
        {
            Status = status,
            Start = start is null ? null : fields.WithCrmKeys(start) with { ParentCallId = fields.OtherCall("ParentCallSid") },
            Sequence = sequence,
            DurationSeconds = fields.Seconds("CallDuration"),
            Reason = status?.IsTerminal() is true && fields.Text("SipResponseCode") is { } code and not "200" ? $"SIP {code}" : null,
            RecordingUrl = recording is null or "in-progress" or "completed" ? fields.Text("RecordingUrl", CallbackFields.UrlLength) : null,
        };
        return fields.Of(notice);
    }

    /// <summary>Spelled as Twilio does, or as those do that speak its language.</summary>
    private static CallStatus? StatusOf(string? word) => word switch
    {
        "queued" or "initiated" => CallStatus.Initiated,
        "ringing" => CallStatus.Ringing,
        "in-progress" or "answered" => CallStatus.InProgress,
        "completed" => CallStatus.Completed,
        "busy" => CallStatus.Busy,
        "no-answer" => CallStatus.NoAnswer,
        "canceled" or "cancelled" => CallStatus.Canceled,
        "failed" => CallStatus.Failed,
        _ => null,
    };

    private static CallDirection? DirectionOf(string? word) => word switch
    {
        "inbound" => CallDirection.Inbound,
        "outbound-api" or "outbound-dial" or "outbound" => CallDirection.Outbound,
        _ => null,
    };
}
