using System.Globalization;
using System.Security.Cryptography;
using CallActors.Host.Api;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>Writes replies as CloudEvents of type <c>reply</c>, one after the other into one buffer.</summary>
internal sealed class ReplyFrame : IDisposable
{
    private readonly JsonBuffer _buffer = new();
    private readonly string _prefix = $"{RandomNumberGenerator.GetHexString(16, lowercase: true)}-";
    private long _number;

    /// <summary>The text of one frame; good until the next one is written.</summary>
    public ReadOnlyMemory<byte> Write(AwaitedReply awaited)
    {
        var reply = awaited.Reply ?? throw new InvalidOperationException("There is no reply yet.");
        var json = _buffer.Begin();
        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"{_prefix}{++_number}"));
        json.WriteString("source", GatewayEndpoint.Path);
        json.WriteString("type", "reply");
        if (reply.CallId.Value is { } call) json.WriteString("subject", call);
        json.WriteString("datacontenttype", JsonReply.Json);
        json.WritePropertyName("data");
        ReplyJson.Write(json, reply, awaited.Source);
        json.WriteEndObject();
        return _buffer.End();
    }

    public void Dispose() => _buffer.Dispose();
}
