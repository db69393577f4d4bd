using System.Buffers;

namespace CallActors.Host.Api;

/// <summary>The whole body of a request, never more than the limit. Give it back by disposing it.</summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>What a body may be long.</summary>
    public const int Limit = 1024 * 1024;

    /// <summary>
    /// Where Kestrel itself stops reading. Up to here a body that is too long is read to its end and thrown away, so that its sender gets to
    /// read why it was refused.
    /// </summary>
    public const int HardLimit = 16 * Limit;

    private byte[] buffer;
    private int length;

    private RequestBody(int capacity) => buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <returns>Null where the body is over the limit, whatever its header says.</returns>
    public static async Task<RequestBody?> Read(HttpRequest request)
    {
        // Whoever asks first need not send it at all.
        if (request.ContentLength > Limit && request.Headers.ContainsKey("Expect")) return null;

        var body = new RequestBody((int)Math.Min(request.ContentLength + 1 ?? 4096, Limit + 1));
        try
        {
            if (await body.Fill(request.Body, request.HttpContext.RequestAborted)) return body;
            await body.Discard(request.Body, request.HttpContext.RequestAborted);
            body.Dispose();
            return null;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        length = 0;
    }

    private async Task<bool> Fill(Stream stream, CancellationToken cancel)
    {
        while (await stream.ReadAsync(buffer.AsMemory(length), cancel) is var read and > 0)
        {
            length += read;
            if (length > Limit) return false;
            if (length == buffer.Length) Grow();
        }

        return true;
    }

    private async Task Discard(Stream stream, CancellationToken cancel)
    {
        var left = HardLimit - length;
        while (left > 0 && await stream.ReadAsync(buffer, cancel) is var read and > 0) left -= read;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, Limit + 1));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
