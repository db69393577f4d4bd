using System.Text.Json;
using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;

namespace CallActors.Host.Gateways.Jambonz;

/// <summary>Reads what jambonz says of a call: when it comes in, and when its status changes.</summary>
internal static class JambonzCallback
{
    private const string Statuses = "trying, queued, ringing, early-media, in-progress, completed, busy, no-answer or failed";

    /// <summary>Whoever makes a call may tag it; the tag comes back, in the letters of this version or that.</summary>
    private static readonly string[] Tags = ["customer_data", "customerData"];

    /// <summary>Reads a callback.</summary>
    /// <param name="body">A JSON object.</param>
    /// <param name="sentAt">The time it was signed with: the body has none.</param>
    /// <param name="prefix">Of its numbers.</param>
    public static CallbackReading Read(JsonElement body, DateTimeOffset sentAt, NumberPrefix prefix = default)
    {
        var fields = new CallbackFields(
            name => name is "from" or "to" ? prefix.Before(At(body, name)) : At(body, name), given: name => SignedJson.Find(body, $"/{name}"));
        var call = fields.Call("call_sid");
        var account = fields.Text("account_sid");
        var given = At(body, "call_status");
        var status = StatusOf(given);
        if (status is null) fields.Wrong("call_status", Statuses);
        var start = fields.Start(DirectionOf(At(body, "direction")), "from", "to");
        var notice = new CallNotice($"jambonz:{account}", call, given ?? "", sentAt)
        {
            Status = status,
            Start = start is null ? null : fields.WithCrmKeys(start) with { ParentCallId = fields.OtherCall("parent_call_sid") },
            DurationSeconds = fields.Seconds("duration"),
            Reason = status?.IsTerminal() is true ? ReasonOf(fields) : null,
        };
        return fields.Of(notice);
    }

    private static string? ReasonOf(CallbackFields fields) => (fields.Text("sip_status"), fields.Text("sip_reason")) switch
    {
        (null or "200", _) => null,
        (var code, null) => $"SIP {code}",
        var (code, words) => $"SIP {code} {words}",
    };

    /// <summary>A member of the body, or one of the tag: the keys of CRM rows.</summary>
    private static string? At(JsonElement body, string name) =>
        SignedJson.At(body, $"/{name}")
            ?? Tags.SelectMany(tag => new[] { $"/{tag}/{name}", $"/{tag}/{SnakeCase(name)}" }).Select(pointer => SignedJson.At(body, pointer))
            .FirstOrDefault(found => found is not null);

    private static string SnakeCase(string name) => string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{c}"));

    private static CallStatus? StatusOf(string? word) => word switch
    {
        "trying" or "queued" => CallStatus.Initiated,
        "ringing" or "early-media" => CallStatus.Ringing,
        "in-progress" => CallStatus.InProgress,
        "completed" => CallStatus.Completed,
        "busy" => CallStatus.Busy,
        "no-answer" => CallStatus.NoAnswer,
        "failed" => CallStatus.Failed,
        _ => null,
    };

    private static CallDirection? DirectionOf(string? word) => word switch
    {
        "inbound" => CallDirection.Inbound,
        "outbound" => CallDirection.Outbound,
        _ => null,
    };
}
