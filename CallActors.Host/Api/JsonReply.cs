using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CallActors.Host.Api;

/// <summary>Answers that are JSON, written by hand: no reflection, one buffer, a length.</summary>
internal static class JsonReply
{
    public const string Json = "application/json";
    public const string ProblemJson = "application/problem+json";

    // Names in Hebrew stay readable. What this encoder does not escape matters inside HTML only, and none of this ever is.
    internal static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> ToBytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Readable)) write(json);
        return buffer.WrittenMemory;
    }

    public static Task Write(HttpResponse response, Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK, string contentType = Json)
    {
        var bytes = ToBytes(write);
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        var context = response.HttpContext;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
