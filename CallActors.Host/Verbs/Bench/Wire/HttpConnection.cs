using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>A kept HTTP/1.1 connection: one request, its answer, the next. Answers have a length; one in chunks is none of the services that are measured here.</summary>
internal sealed class HttpConnection : IDisposable
{
    private const int Largest = 1024 * 1024;
    private readonly Socket _socket;
    private byte[] _buffer = new byte[4096];

    private HttpConnection(Socket socket) => _socket = socket;

    /// <exception cref="BenchException">Nobody listens there.</exception>
    public static async Task<HttpConnection> OpenAsync(IPEndPoint service, CancellationToken cancel)
    {
        var socket = new Socket(service.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(service, cancel);
            return new HttpConnection(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw Broken(e.Message);
        }
    }

    /// <exception cref="BenchException">The connection broke, or what came is no answer.</exception>
    public async Task<WireReply> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        try
        {
            while (!request.IsEmpty) request = request[await _socket.SendAsync(request, cancel)..];
            var (read, whole) = (0, -1);
            while (whole < 0 || read < whole)
            {
                if (read == _buffer.Length) Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, Largest));
                var more = await _socket.ReceiveAsync(_buffer.AsMemory(read), cancel);
                if (more == 0) throw Broken(read == Largest ? "an answer is over a megabyte" : "the service closed it");
                read += more;
                if (whole < 0) whole = LengthOf(_buffer.AsSpan(0, read));
            }

            return WireReply.Read(_buffer.AsSpan(0, read));
        }
        catch (SocketException e)
        {
            throw Broken(e.Message);
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Bytes of an answer, head and body; -1: its head is not all there yet.</summary>
    private static int LengthOf(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return -1;
        var head = answer[..end];
        var at = head.IndexOf("\r\nContent-Length: "u8);
        if (at < 0 || !Utf8Parser.TryParse(head[(at + "\r\nContent-Length: "u8.Length)..], out int length, out _)) throw Broken("an answer has no length");
        return end + "\r\n\r\n"u8.Length + length;
    }

    private static BenchException Broken(string why) => new($"An HTTP connection to the service broke: {why}");
}
