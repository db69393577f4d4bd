using System.Text.Json;
using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;

namespace CallActors.Host.Gateways.Asterisk;

/// <summary>What ARI's model of a channel says of a call.</summary>
internal static class AriChannel
{
    private const string VariablePrefix = "CALLACTORS_";

    /// <summary>Channels Asterisk makes for media; they enter the application like a call and are none.</summary>
    private static readonly string[] Helpers =
        ["Snoop/", "UnicastRTP/", "AudioSocket/", "WebSocket/", "Announcer/", "Recorder/", "ConfBridgeRecorder/", "CBAnn/", "Message/"];

    public static bool IsHelper(JsonElement channel) =>
        SignedJson.At(channel, "/name") is { } name && Helpers.Any(helper => name.StartsWith(helper, StringComparison.Ordinal));

    /// <summary>Whether the channel is in the application now; one that has left it is where its dialplan says.</summary>
    public static bool IsIn(JsonElement channel, string application) =>
        SignedJson.At(channel, "/dialplan/app_name") == "Stasis" && DataOf(channel) is [{ } name, ..] && name == application;

    /// <summary>How far it is.</summary>
    public static CallStatus StatusOf(JsonElement channel) => SignedJson.At(channel, "/state") switch
    {
        "Up" => CallStatus.InProgress,
        "Ring" or "Ringing" => CallStatus.Ringing,
        _ => CallStatus.Initiated,
    };

    /// <summary>
    /// What the channel was given on its way, by name: the application's arguments that are <c>name=value</c>, and variables such as CALLACTORS_JOBID;
    /// the arguments come first.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="args">Of the event; of one without, the channel's own are taken.</param>
    public static Dictionary<string, string> GivenTo(JsonElement channel, JsonElement? args = null)
    {
        var given = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var texts = args is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => SignedJson.At(item, "") ?? "")
            : DataOf(channel).Skip(1);
        foreach (var text in texts)
            if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at) given.TryAdd(text[..at].Trim(), text[(at + 1)..].Trim());
        if (SignedJson.Member(channel, "channelvars") is { ValueKind: JsonValueKind.Object } variables)
        {
            foreach (var variable in variables.EnumerateObject())
            {
                if (SignedJson.NameOf(variable) is { } name && name.StartsWith(VariablePrefix, StringComparison.Ordinal)
                    && SignedJson.At(variable.Value, "") is { Length: > 0 } value)
                    given.TryAdd(name[VariablePrefix.Length..], value);
            }
        }

        return given;
    }

    /// <summary>Who called whom. Of a call that was placed, Asterisk has the called one as the channel's caller and the calling one as connected.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="given">What it was given.</param>
    /// <param name="fields">Reads what was given, and keeps what is wrong.</param>
    /// <param name="prefix">Of the numbers.</param>
    /// <returns>Null where nothing says who was called.</returns>
    public static CallStart? StartOf(JsonElement channel, Dictionary<string, string> given, CallbackFields fields, NumberPrefix prefix)
    {
        var direction = given.GetValueOrDefault("direction") switch
        {
            null or "inbound" => CallDirection.Inbound,
            "outbound" => CallDirection.Outbound,
            _ => (CallDirection?)null,
        };
        if (direction is null) fields.Wrong("direction", "inbound or outbound");
        var (from, to) = direction == CallDirection.Outbound ? ("/connected/number", "/caller/number") : ("/caller/number", "/dialplan/exten");
        if (SignedJson.At(channel, from) is { } calling) given.TryAdd("from", calling);
        if (SignedJson.At(channel, to) is { } called) given.TryAdd("to", called);
        foreach (var number in new[] { "from", "to" })
            if (prefix.Before(given.GetValueOrDefault(number)) is { } whole) given[number] = whole;
        return fields.Start(direction, "from", "to") is { } start ? fields.WithCrmKeys(start) with { ParentCallId = fields.OtherCall("parentCallId") } : null;
    }

    private static string[] DataOf(JsonElement channel) => SignedJson.At(channel, "/dialplan/app_data")?.Split(',') ?? [];
}
