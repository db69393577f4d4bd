using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CallActors.Host.Api;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>Writes replies as CloudEvents of type <c>reply</c>, one after the other into one buffer.</summary>
internal sealed class ReplyFrame : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json;
    private readonly string _prefix = $"{RandomNumberGenerator.GetHexString(16, lowercase: true)}-";
    private long _number;

    public ReplyFrame() => _json = new Utf8JsonWriter(_buffer, JsonReply.Readable);

    /// <summary>The text of one frame; good until the next one is written.</summary>
    public ReadOnlyMemory<byte> Write(AwaitedReply awaited)
    {
        var reply = awaited.Reply ?? throw new InvalidOperationException("There is no reply yet.");
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteString("specversion", "1.0");
        _json.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"{_prefix}{++_number}"));
        _json.WriteString("source", GatewayEndpoint.Path);
        _json.WriteString("type", "reply");
        if (reply.CallId.Value is { } call) _json.WriteString("subject", call);
        _json.WriteString("datacontenttype", JsonReply.Json);
        _json.WritePropertyName("data");
        ReplyJson.Write(_json, reply, awaited.Source);
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenMemory;
    }

    public void Dispose() => _json.Dispose();
}
