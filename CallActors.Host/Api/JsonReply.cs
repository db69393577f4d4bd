using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;

namespace CallActors.Host.Api;

/// <summary>Answers that are JSON, written by hand: no reflection, one buffer that the next answer takes over, a length.</summary>
internal static class JsonReply
{
    public const string Json = "application/json";
    public const string ProblemJson = "application/problem+json";

    // Names in Hebrew stay readable. What this encoder does not escape matters inside HTML only, and none of this ever is.
    internal static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ObjectPool<JsonBuffer> Buffers = new DefaultObjectPool<JsonBuffer>(new SmallBuffers(), maximumRetained: 256);

    /// <summary>A long list is not to hold its memory for good.</summary>
    private sealed class SmallBuffers : PooledObjectPolicy<JsonBuffer>
    {
        private const int Most = 32 * 1024;

        public override JsonBuffer Create() => new();

        public override bool Return(JsonBuffer obj) => obj.Capacity <= Most;
    }

    public static ReadOnlyMemory<byte> ToBytes(Action<Utf8JsonWriter> write)
    {
        using var buffer = new JsonBuffer();
        write(buffer.Begin());
        return buffer.End();
    }

    public static async Task Write(HttpResponse response, Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK, string contentType = Json)
    {
        var buffer = Buffers.Get();
        try
        {
            write(buffer.Begin());
            var bytes = buffer.End();
            response.StatusCode = status;
            response.ContentType = contentType;
            response.ContentLength = bytes.Length;
            response.Headers.CacheControl = "no-store";
            var context = response.HttpContext;
            if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(bytes, context.RequestAborted);
        }
        finally
        {
            // Where writing it failed half way, the next one begins anew all the same.
            Buffers.Return(buffer);
        }
    }
}
