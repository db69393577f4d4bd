using System.Text.Json;
using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Messages;
using static CallActors.Messages.GatewayEvents;

namespace CallActors.Host.Gateways.Asterisk;

/// <summary>ARI's REST over the socket the events come on: what is asked, and what the answers say.</summary>
internal static class AriRest
{
    public const string Response = "RESTResponse";
    public const string Info = "asterisk/info";
    public const string Channels = "channels";

    /// <summary>A request frame; the answer carries <paramref name="uri"/> as its <c>request_id</c>.</summary>
    public static byte[] Get(string uri) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string> { ["type"] = "RESTRequest", ["transaction_id"] = uri, ["request_id"] = uri, ["method"] = "GET", ["uri"] = uri });

    /// <summary>What was asked for; null where it was refused, or is no JSON.</summary>
    public static JsonElement? BodyOf(JsonElement response)
    {
        if (SignedJson.At(response, "/status_code") is not "200" || SignedJson.Member(response, "message_body") is not { } body) return null;
        if (body.ValueKind != JsonValueKind.String) return body.Clone();
        if (SignedJson.At(body, "") is not { } text || !JsonBytes.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var document, out _)) return null;
        using (document) return document.RootElement.Clone();
    }

    /// <summary>
    /// The first entry of a list that is no channel with an id, in words; null where there is none: any such entry may be any call. An id that is no call's is
    /// none of ours.
    /// </summary>
    public static string? FaultIn(JsonElement list) =>
        list.EnumerateArray().Where(channel => !AriChannel.IsHelper(channel)).Select(FaultOf).FirstOrDefault(fault => fault is not null);

    /// <summary>
    /// The list of all channels, as a gateway's list of its calls. Those outside the application keep the calls they are alive, and start none.
    /// </summary>
    /// <param name="list">An array of channels, without a fault.</param>
    /// <param name="application">Whose channels are calls.</param>
    /// <param name="source">The Asterisk.</param>
    /// <param name="takenAt">When it was asked for.</param>
    /// <param name="prefix">Of its numbers.</param>
    public static Snapshot SnapshotOf(JsonElement list, string application, string source, DateTimeOffset takenAt, NumberPrefix prefix = default)
    {
        var calls = list.EnumerateArray().Where(channel => !AriChannel.IsHelper(channel)).Select(channel => LiveOf(channel, application, prefix))
            .OfType<LiveCall>();
        return new Snapshot(new EventKey(source, $"channels/{takenAt:O}"), takenAt, [.. calls]);
    }

    /// <summary>A call that a list does not end, and does not start.</summary>
    public static LiveCall Kept(CallId call) => new(call, new CallStart(CallDirection.Inbound, "", "")) { StartsNone = true };

    private static string? FaultOf(JsonElement channel)
    {
        if (channel.ValueKind != JsonValueKind.Object) return $"{Given.Of(channel).Shown} in the place of a channel";
        var id = SignedJson.Member(channel, "id") is { } member ? Given.Of(member) : Given.Absent;
        return id.Kind == GivenKind.Text ? null : $"{id.Shown} in the place of a channel's id";
    }

    private static LiveCall? LiveOf(JsonElement channel, string application, NumberPrefix prefix)
    {
        if (!CallId.TryParse(SignedJson.At(channel, "/id"), out var call)) return null;
        var given = AriChannel.GivenTo(channel);
        var fields = new CallbackFields(given.GetValueOrDefault);
        var start = AriChannel.IsIn(channel, application) ? AriChannel.StartOf(channel, given, fields, prefix) : null;
        if (start is null || !fields.AreSound) return Kept(call) with { Status = AriChannel.StatusOf(channel) };
        return new LiveCall(call, start)
        {
            StartedAt = CallbackTime.TryParse(SignedJson.At(channel, "/creationtime"), out var created) ? created : null,
            Status = AriChannel.StatusOf(channel),
        };
    }
}
