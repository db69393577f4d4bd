using System.Text.Json;
using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Messages;

namespace CallActors.Host.Gateways.Jambonz;

/// <summary>What jambonz is told to do with a call that comes in: an array of verbs.</summary>
internal static class CallVerbs
{
    /// <summary>The answer to a new call.</summary>
    /// <param name="start">The reply to its start; null where there was none in time.</param>
    /// <param name="listenUrl">Where its audio goes.</param>
    public static ReadOnlyMemory<byte> Of(CallReply? start, string listenUrl)
    {
        if (start?.Context is { } context) return Listen(context, listenUrl);
        if (start is { Problem: null } || start?.Problem?.Type == ProblemType.CallEnded) return Verb(json => json.WriteString("verb", "hangup"));

        // Busy: come again. Not found: nobody has this number.
        return start?.Problem is { Type.Status: < 500 and not StatusCodes.Status429TooManyRequests } ? Decline(404, "Not Found") : Decline(486, "Busy Here");
    }

    public static ReadOnlyMemory<byte> Decline(int status, string reason) => Verb(json =>
    {
        json.WriteString("verb", "sip:decline");
        json.WriteNumber("status", status);
        json.WriteString("reason", reason);
    });

    private static ReadOnlyMemory<byte> Listen(CallContext context, string listenUrl) => Verb(json =>
    {
        json.WriteString("verb", "listen");
        json.WriteString("url", listenUrl);
        json.WriteStartObject("metadata");
        foreach (var (name, value) in CallParameters.Of(context)) json.WriteString(name, value);
        json.WriteEndObject();
    });

    private static ReadOnlyMemory<byte> Verb(Action<Utf8JsonWriter> write) => JsonReply.ToBytes(json =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.WriteEndArray();
    });
}
