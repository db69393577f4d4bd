using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>
/// Events over a few WebSockets, many of them under way on each at once: the CloudEvents binding, a text frame an event. A reply is told by the event it names,
/// for those of different calls come in any order.
/// </summary>
internal sealed class WebSocketWire : IWire
{
    private const string Protocol = "cloudevents.json";
    private readonly Line[] _lines;

    private WebSocketWire(Line[] lines) => _lines = lines;

    /// <param name="service">The service's address.</param>
    /// <param name="key">A key to it.</param>
    /// <param name="sockets">How many connections.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="BenchException">The service has no such endpoint.</exception>
    public static async Task<IWire> ConnectAsync(Uri service, string key, int sockets, CancellationToken cancel)
    {
        var address = new UriBuilder(service) { Scheme = Uri.UriSchemeWs, Path = "/v1/gateway" }.Uri;
        var lines = new Line[sockets];
        for (var i = 0; i < sockets; i++) lines[i] = await Line.OpenAsync(address, key, cancel);
        return new WebSocketWire(lines);
    }

    /// <summary>The socket itself puts its frame around an event.</summary>
    public ReadOnlyMemory<byte> Frame(ReadOnlyMemory<byte> cloudEvent) => cloudEvent;

    public Task<WireReply> SendAsync(WireEvent told, CancellationToken cancel) => _lines[told.Call % _lines.Length].SendAsync(told, cancel);

    public async ValueTask DisposeAsync()
    {
        foreach (var line in _lines) await line.DisposeAsync();
    }

    /// <summary>One socket: whoever sends leaves a frame and waits, one loop writes, one reads.</summary>
    private sealed class Line : IAsyncDisposable
    {
        private readonly ClientWebSocket _socket;
        private readonly Channel<ReadOnlyMemory<byte>> _frames = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(
            new UnboundedChannelOptions { SingleReader = true });
        private readonly ConcurrentDictionary<string, TaskCompletionSource<WireReply>> _waiting = new(StringComparer.Ordinal);
        private readonly CancellationTokenSource _closed = new();
        private readonly Task _loops;
        private BenchException? _broken;

        private Line(ClientWebSocket socket)
        {
            _socket = socket;
            _loops = Task.WhenAll(Task.Run(WriteAsync), Task.Run(ReadAsync));
        }

        public static async Task<Line> OpenAsync(Uri address, string key, CancellationToken cancel)
        {
            var socket = new ClientWebSocket();
            socket.Options.Proxy = null;
            socket.Options.AddSubProtocol(Protocol);
            socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
            try
            {
                await socket.ConnectAsync(address, cancel);
                return new Line(socket);
            }
            catch (WebSocketException e)
            {
                socket.Dispose();
                throw new BenchException($"{address.AbsolutePath} is no WebSocket of {Protocol}: {e.Message}");
            }
        }

        public Task<WireReply> SendAsync(WireEvent told, CancellationToken cancel)
        {
            var reply = new TaskCompletionSource<WireReply>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting[told.Id] = reply;
            if (_broken is { } broken) reply.TrySetException(broken);
            else _frames.Writer.TryWrite(told.Frame);
            return reply.Task.WaitAsync(cancel);
        }

        public async ValueTask DisposeAsync()
        {
            await _closed.CancelAsync();
            await _loops;
            _socket.Dispose();
            _closed.Dispose();
        }

        private async Task WriteAsync()
        {
            try
            {
                await foreach (var frame in _frames.Reader.ReadAllAsync(_closed.Token))
                    await _socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, _closed.Token);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                Break(e);
            }
        }

        private async Task ReadAsync()
        {
            var (buffer, length) = (new byte[16 * 1024], 0);
            try
            {
                while (true)
                {
                    if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
                    var part = await _socket.ReceiveAsync(buffer.AsMemory(length), _closed.Token);
                    if (part.MessageType == WebSocketMessageType.Close)
                        throw new WebSocketException($"closed with {_socket.CloseStatus} {_socket.CloseStatusDescription}");
                    length += part.Count;
                    if (!part.EndOfMessage) continue;
                    Answer(buffer.AsSpan(0, length));
                    length = 0;
                }
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or BenchException)
            {
                Break(e);
            }
        }

        private void Answer(ReadOnlySpan<byte> reply)
        {
            var id = EventIdOf(reply) ?? throw new BenchException($"A reply names no event: {Encoding.UTF8.GetString(reply)}");
            if (!_waiting.TryRemove(id, out var waiting)) throw new BenchException($"There is a reply to {id}, which nobody waits for.");
            waiting.TrySetResult(WireReply.Read(reply));
        }

        private void Break(Exception why)
        {
            _broken ??= new BenchException($"A WebSocket to the service broke: {why.Message}");
            foreach (var waiting in _waiting.Values) waiting.TrySetException(_broken);
        }
    }

    /// <summary>The <c>eventId</c> of a reply. All events of a bench have one source, so that the id alone is enough.</summary>
    internal static string? EventIdOf(ReadOnlySpan<byte> reply)
    {
        var name = "\"eventId\":\""u8;
        var at = reply.IndexOf(name);
        if (at < 0) return null;
        var rest = reply[(at + name.Length)..];
        var end = rest.IndexOf((byte)'"');
        return end < 0 ? null : Encoding.ASCII.GetString(rest[..end]);
    }
}
