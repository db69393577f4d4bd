using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>
/// One event a POST, over HTTP/1.1 connections that are kept: one for each event that is under way at once. Plain sockets: a client that is made for all of
/// HTTP costs more than half of what the service itself does for an event.
/// </summary>
internal sealed class HttpWire(Uri address, string key) : IWire
{
    private readonly ConcurrentStack<HttpConnection> _idle = [];
    private readonly string _head = HttpConnection.HeadOf(address, key, "application/cloudevents+json");

    public ReadOnlyMemory<byte> Frame(ReadOnlyMemory<byte> cloudEvent)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_head}{cloudEvent.Length}\r\n\r\n"));
        var frame = new byte[head.Length + cloudEvent.Length];
        head.CopyTo(frame, 0);
        cloudEvent.CopyTo(frame.AsMemory(head.Length));
        return frame;
    }

    public async Task<WireReply> SendAsync(WireEvent told, CancellationToken cancel)
    {
        if (!_idle.TryPop(out var connection)) connection = await HttpConnection.OpenAsync(address, cancel);
        try
        {
            var reply = WireReply.Read((await connection.ExchangeAsync(told.Frame, cancel)).All.Span);
            _idle.Push(connection);
            return reply;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Rest()
    {
        while (_idle.TryPop(out var connection)) connection.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Rest();
        return ValueTask.CompletedTask;
    }
}
