using System.Buffers;
using System.Text.Json;

namespace CallActors.Host.Api;

/// <summary>Texts of JSON, one after the other in one piece of memory.</summary>
internal sealed class JsonBuffer : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly Utf8JsonWriter _json;

    public JsonBuffer() => _json = new Utf8JsonWriter(_bytes, JsonReply.Readable);

    /// <summary>Bytes that it keeps.</summary>
    public int Capacity => _bytes.Capacity;

    /// <summary>Begins a text; the one before is over.</summary>
    public Utf8JsonWriter Begin()
    {
        _bytes.ResetWrittenCount();
        _json.Reset(_bytes);
        return _json;
    }

    /// <summary>The text that was begun; good until the next one is.</summary>
    public ReadOnlyMemory<byte> End()
    {
        _json.Flush();
        return _bytes.WrittenMemory;
    }

    public void Dispose() => _json.Dispose();
}
