using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace CallActors.Tests.Fixtures;

/// <summary>
/// Asterisk's outbound WebSocket of ARI, after its documented models: subprotocol, Basic, events, and REST requests answered on the same socket. Whatever it
/// was asked that is no documented request fails the spec.
/// </summary>
internal sealed class FakeAsterisk : IAsyncDisposable
{
    public const string Entity = "52:54:00:12:34:56";
    public const string Source = $"ari:{Entity}";
    public const string Username = "gw1";
    public const string Password = "password-of-asterisk";
    public const string OtherPassword = "password-of-before";
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _writing = new(1);
    private Task _reading = Task.CompletedTask;

    /// <summary>What <c>GET /ari/channels</c> answers.</summary>
    public ConcurrentDictionary<string, JsonObject> Channels { get; } = new();

    /// <summary>What it answers instead, word for word.</summary>
    public string? List { get; set; }

    /// <summary>The requests that were answered.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The connection's <c>local_ari_user</c> is none of its users: nothing that is asked is answered.</summary>
    public bool RefusesRequests { get; set; }

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public static async Task<FakeAsterisk> Connect(
        Uri service, JsonObject[]? channels = null, string? authorization = null, string protocol = "ari", bool refusing = false, string? list = null)
    {
        var asterisk = new FakeAsterisk { RefusesRequests = refusing, List = list };
        foreach (var channel in channels ?? []) asterisk.Channels[(string)channel["id"]!] = channel;
        asterisk._socket.Options.AddSubProtocol(protocol);
        asterisk._socket.Options.SetRequestHeader("Authorization", authorization ?? Basic(Username, Password));
        await asterisk._socket.ConnectAsync(new UriBuilder(service) { Scheme = "ws", Path = "/v1/gateways/ari" }.Uri, CancellationToken.None);
        Assert.Equal("ari", asterisk._socket.SubProtocol);
        asterisk._reading = asterisk.Read();
        return asterisk;
    }

    public static string Basic(string username, string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"))}";

    /// <summary>As <c>%FT%T.%q%z</c> has it: no colon in the offset.</summary>
    public static string Stamp(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture);

    public static JsonObject Channel(string id, DateTimeOffset created, string state = "Ring", string data = "callactors", string app = "Stasis") => new()
    {
        ["id"] = id,
        ["protocol_id"] = "a84b4c76e66710@pc33",
        ["name"] = "PJSIP/trunk-0000000c",
        ["state"] = state,
        ["caller"] = new JsonObject { ["name"] = "", ["number"] = "+972501234567" },
        ["connected"] = new JsonObject { ["name"] = "", ["number"] = "" },
        ["accountcode"] = "",
        ["dialplan"] = new JsonObject { ["context"] = "in", ["exten"] = "+97235550100", ["priority"] = 2, ["app_name"] = app, ["app_data"] = data },
        ["creationtime"] = Stamp(created),
        ["language"] = "en",
    };

    public static JsonObject Event(string type, DateTimeOffset time, JsonObject? channel, params (string Name, JsonNode Value)[] more)
    {
        var told = new JsonObject { ["type"] = type, ["application"] = "callactors", ["timestamp"] = Stamp(time), ["asterisk_id"] = Entity };
        if (channel is not null) told["channel"] = channel.DeepClone();
        foreach (var (name, value) in more) told[name] = value;
        return told;
    }

    public Task Send(JsonObject told) => Send(told.ToJsonString());

    public Task Send(string text, WebSocketMessageType type = WebSocketMessageType.Text) => Send(Encoding.UTF8.GetBytes(text), type);

    /// <summary>Reads until the service has closed.</summary>
    public async Task<WebSocketCloseStatus?> UntilClosed()
    {
        await _reading.WaitAsync(TimeSpan.FromSeconds(30));
        return CloseStatus;
    }

    public void Cut() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await _reading.WaitAsync(TimeSpan.FromSeconds(30));
        _socket.Dispose();
        _writing.Dispose();
    }

    private async Task Send(byte[] bytes, WebSocketMessageType type)
    {
        await _writing.WaitAsync();
        try
        {
            await _socket.SendAsync(bytes, type, true, CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task Read()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close) break;
                Assert.True(received is { MessageType: WebSocketMessageType.Text, EndOfMessage: true });
                await Answer(JsonNode.Parse(buffer.AsSpan(0, received.Count))!.AsObject());
            }

            if (_socket.State == WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut, by the spec.
        }
    }

    private Task Answer(JsonObject request)
    {
        Assert.Equal(["type", "transaction_id", "request_id", "method", "uri"], request.Select(member => member.Key));
        Assert.Equal(("RESTRequest", "GET"), ((string?)request["type"], (string?)request["method"]));
        var uri = (string)request["uri"]!;
        JsonNode body = uri switch
        {
            "asterisk/info" => new JsonObject { ["system"] = new JsonObject { ["version"] = "22.5.0", ["entity_id"] = Entity } },
            "channels" when List is not null => JsonNode.Parse(List)!,
            "channels" => new JsonArray([.. Channels.Values.Select(channel => channel.DeepClone())]),
            _ => throw new InvalidOperationException($"there is no GET {uri}"),
        };
        Asked.Enqueue(uri);
        return Send(new JsonObject
        {
            ["type"] = "RESTResponse",
            ["transaction_id"] = request["transaction_id"]!.DeepClone(),
            ["request_id"] = request["request_id"]!.DeepClone(),
            ["status_code"] = RefusesRequests ? 401 : 200,
            ["reason_phrase"] = RefusesRequests ? "Unauthorized" : "OK",
            ["uri"] = uri,
            ["content_type"] = "application/json",
            ["message_body"] = RefusesRequests ? """{"message":"Authentication required"}""" : body.ToJsonString(),
        });
    }
}
