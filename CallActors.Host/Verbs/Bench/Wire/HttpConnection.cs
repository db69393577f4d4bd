using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>
/// A kept HTTP/1.1 connection: one request, its answer, the next. Answers have a length; one in chunks is none of the services that are measured here.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private const int Largest = 16 * 1024 * 1024;
    private readonly Socket _socket;
    private byte[] _buffer = new byte[4096];

    private HttpConnection(Socket socket) => _socket = socket;

    /// <summary>The head of a request that tells events, up to the value of <c>Content-Length</c>.</summary>
    public static string HeadOf(Uri service, string key, string contentType) =>
        $"POST /v1/events HTTP/1.1\r\nHost: {service.Authority}\r\nAuthorization: Bearer {key}\r\nContent-Type: {contentType}\r\nContent-Length: ";

    /// <param name="address">The service's, of which the port counts: it is on this machine.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="BenchException">Nobody listens there.</exception>
    public static async Task<HttpConnection> OpenAsync(Uri address, CancellationToken cancel)
    {
        var service = new IPEndPoint(IPAddress.Loopback, address.Port);
        Socket? socket = null;
        try
        {
            socket = new Socket(service.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(service, cancel);
            return new HttpConnection(socket);
        }
        catch (Exception e)
        {
            socket?.Dispose();
            if (e is SocketException) throw Broken(e.Message);
            throw;
        }
    }

    /// <returns>The answer; its bytes are there until the next request.</returns>
    /// <exception cref="BenchException">The connection broke, or what came is no answer.</exception>
    public async Task<HttpAnswer> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        try
        {
            while (!request.IsEmpty) request = request[await _socket.SendAsync(request, cancel)..];
            var (read, head, whole) = (0, 0, -1);
            while (whole < 0 || read < whole)
            {
                if (read == _buffer.Length) Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, Largest));
                var more = await _socket.ReceiveAsync(_buffer.AsMemory(read), cancel);
                if (more == 0) throw Broken(read == Largest ? "an answer is over 16 MiB" : "the service closed it");
                read += more;
                if (whole < 0) (head, whole) = LengthsOf(_buffer.AsSpan(0, read));
            }

            return new HttpAnswer(_buffer.AsMemory(0, read), head);
        }
        catch (SocketException e)
        {
            throw Broken(e.Message);
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Bytes of an answer's head, and of head and body; -1: its head is not all there yet.</summary>
    private static (int Head, int Whole) LengthsOf(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return (0, -1);
        var head = answer[..end];
        var at = head.IndexOf("\r\nContent-Length: "u8);
        if (at < 0 || !Utf8Parser.TryParse(head[(at + "\r\nContent-Length: "u8.Length)..], out int length, out _)) throw Broken("an answer has no length");
        var begins = end + "\r\n\r\n"u8.Length;
        return (begins, begins + length);
    }

    private static BenchException Broken(string why) => new($"An HTTP connection to the service broke: {why}");
}

/// <summary>An answer as it came.</summary>
/// <param name="All">Head and body.</param>
/// <param name="Head">Bytes of its head, with the empty line.</param>
internal readonly record struct HttpAnswer(ReadOnlyMemory<byte> All, int Head)
{
    public ReadOnlySpan<byte> Body => All.Span[Head..];

    public bool IsOk => All.Span.StartsWith("HTTP/1.1 200 "u8);
}
