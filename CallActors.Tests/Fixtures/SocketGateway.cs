using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace CallActors.Tests.Fixtures;

/// <summary>A gateway on a WebSocket, as any client library gives it.</summary>
internal sealed class SocketGateway : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public static async Task<SocketGateway> ConnectAsync(Uri service, string? key = null)
    {
        var gateway = new SocketGateway();
        gateway._socket.Options.AddSubProtocol("cloudevents.json");
        if (key is { }) gateway._socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        using var patience = new CancellationTokenSource(Patience);
        await gateway._socket.ConnectAsync(new UriBuilder(service) { Scheme = "ws", Path = "/v1/gateway" }.Uri, patience.Token);
        return gateway;
    }

    public Task Send(JsonObject told) => Send(told.ToJsonString());

    public async Task Send(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    public async Task SendBinary(byte[] bytes) => await _socket.SendAsync(bytes, WebSocketMessageType.Binary, true, CancellationToken.None);

    /// <summary>Sends part of a message.</summary>
    public async Task SendPart(string text, bool isLast) =>
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, isLast, CancellationToken.None);

    /// <summary>Says goodbye, and goes on reading.</summary>
    public Task SendClose() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

    /// <returns>The next reply; null where the service closed instead.</returns>
    public async Task<JsonObject?> Receive()
    {
        using var patience = new CancellationTokenSource(Patience);
        var length = 0;
        while (true)
        {
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(length), patience.Token);
            if (received.MessageType == WebSocketMessageType.Close) return null;
            Assert.Equal(WebSocketMessageType.Text, received.MessageType);
            length += received.Count;
            if (received.EndOfMessage) return JsonNode.Parse(_buffer.AsSpan(0, length))!.AsObject();
        }
    }

    /// <returns>So many replies, in the order they came.</returns>
    public async Task<List<JsonObject>> Receive(int count)
    {
        var replies = new List<JsonObject>(count);
        while (replies.Count < count)
            replies.Add(await Receive() ?? throw new InvalidOperationException($"closed with {CloseStatus} after {replies.Count} replies"));
        return replies;
    }

    /// <summary>Sends an event and waits for the reply, which has to be the next one.</summary>
    /// <returns>Its data.</returns>
    public async Task<JsonNode> Tell(JsonObject told)
    {
        await Send(told);
        var reply = await Receive() ?? throw new InvalidOperationException($"closed with {CloseStatus}");
        Assert.Equal((string?)told["id"], (string?)reply["data"]!["eventId"]);
        return reply["data"]!;
    }

    /// <summary>Reads until the service closes.</summary>
    /// <returns>The code, and the replies that came before.</returns>
    public async Task<(int Code, List<JsonObject> Replies)> UntilClosed()
    {
        var replies = new List<JsonObject>();
        while (await Receive() is { } reply) replies.Add(reply);
        if (_socket.State == WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        return ((int)_socket.CloseStatus!, replies);
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
