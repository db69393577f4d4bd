using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.Api;

namespace CallActors.Tests.Host.Gateways.WebSockets;

/// <summary>The socket of a gateway, with fake calls behind it.</summary>
public sealed class GatewaySocketSpecs : GatewayFixture
{
    private Uri Service => Client.BaseAddress!;

    private static JsonObject Noted(string call, string id) => GatewayClient.Event(call, "call.noted", new { summary = "שלום" }, id);

    [Fact]
    public async Task A_reply_is_a_CloudEvent_about_the_call()
    {
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        await gateway.Send(Noted("CA-1", "e-7"));
        var reply = (await gateway.Receive())!;
        Assert.Equal(("1.0", "reply", "CA-1", "/v1/gateway"),
            ((string?)reply["specversion"], (string?)reply["type"], (string?)reply["subject"], (string?)reply["source"]));
        Assert.NotEmpty((string)reply["id"]!);
        Assert.Equal(
            """{"eventId":"e-7","eventSource":"spec","callId":"CA-1","outcome":"applied","state":"live","stashed":2}""",
            reply["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Many_events_are_sent_without_waiting_and_each_has_one_reply_in_the_order_of_its_call()
    {
        const int calls = 50, each = 40;

        // Answers come in no order at all.
        Calls.OnSend = async message =>
        {
            if (Random.Shared.Next(3) > 0) await Task.Yield();
            return new CallReply(message.CallId, ((CallEvents.CallEvent)message).Header.Key.Id, CallOutcome.Applied, CallPhase.Live);
        };
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
                for (var call = 0; call < calls; call++) await gateway.Send(Noted($"CA-{call}", $"{i}"));
        });
        var replies = await gateway.Receive(calls * each);
        await sending;
        Assert.Equal(calls * each, replies.Select(reply => (string?)reply["id"]).Distinct().Count());
        foreach (var call in replies.GroupBy(reply => (string)reply["subject"]!))
            Assert.Equal(Enumerable.Range(0, each).Select(i => $"{i}"), call.Select(reply => (string?)reply["data"]!["eventId"]));
        Assert.Equal(calls * each, Calls.Asked.Count);
    }

    [Fact]
    public async Task A_call_that_has_to_wait_holds_up_no_other()
    {
        var slow = new TaskCompletionSource<CallReply>();
        Calls.OnSend = message => message.CallId.Value == "CA-slow" && ((CallEvents.CallEvent)message).Header.Key.Id == "e-1"
            ? slow.Task
            : Task.FromResult(new CallReply(message.CallId, ((CallEvents.CallEvent)message).Header.Key.Id, CallOutcome.Applied, CallPhase.Live));
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        await gateway.Send(Noted("CA-slow", "e-1"));
        await gateway.Send(Noted("CA-slow", "e-2"));
        await gateway.Send(Noted("CA-2", "e-3"));
        Assert.Equal("e-3", (string?)(await gateway.Receive())!["data"]!["eventId"]);
        slow.SetResult(CallReply.Refuse(CallId.Parse("CA-slow"), "e-1", new Problem(ProblemType.UnknownCall, "no")));
        Assert.Equal(["e-1", "e-2"], (await gateway.Receive(2)).Select(reply => (string?)reply["data"]!["eventId"]));
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("hello", null, null)]
    [InlineData("[]", null, null)]
    [InlineData("""{"specversion":"1.0","id":"e-1","source":"spec","type":"no.such","subject":"CA-1"}""", "e-1", "CA-1")]
    [InlineData("""{"specversion":"1.0","id":"e-1","source":"spec","type":"call.ended","subject":"two words"}""", "e-1", null)]
    [InlineData("""{"specversion":"1.0","source":"spec","type":"call.ended","subject":"CA-1","data":{"status":"completed"}}""", null, "CA-1")]
    public async Task What_is_no_event_has_one_reply_with_whatever_could_be_read(string frame, string? eventId, string? callId)
    {
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        await gateway.Send(frame);
        await gateway.Send(Noted("CA-2", "e-2"));
        var replies = await gateway.Receive(2);
        var refused = replies[0]["data"]!;
        Assert.Equal((callId, callId, eventId), ((string?)replies[0]["subject"], (string?)refused["callId"], (string?)refused["eventId"]));
        Assert.Equal("refused", (string?)refused["outcome"]);
        Assert.Equal("urn:callactors:malformed-event", (string?)refused["problem"]!["type"]);
        Assert.NotEmpty(refused["problem"]!["errors"]!.AsArray());
        Assert.Equal("e-2", (string?)replies[1]["data"]!["eventId"]);
        Assert.Single(Calls.Asked);
    }

    [Fact]
    public async Task An_event_that_fails_inside_has_its_reply_and_the_socket_goes_on()
    {
        Calls.OnSend = _ => throw new InvalidOperationException("secret");
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        var failed = await gateway.Tell(Noted("CA-1", "e-1"));
        Assert.Equal("urn:callactors:failed", (string?)failed["problem"]!["type"]);
        Assert.DoesNotContain("secret", failed.ToJsonString(), StringComparison.Ordinal);
        Calls.OnSend = message => Task.FromResult(new CallReply(message.CallId, "e-2", CallOutcome.Duplicate));
        Assert.Equal("duplicate", (string?)(await gateway.Tell(Noted("CA-1", "e-2")))["outcome"]);
    }

    [Fact]
    public async Task A_message_may_come_in_pieces_with_pings_between_them_and_pings_are_answered()
    {
        var text = Encoding.UTF8.GetBytes(Noted("CA-1", "e-1").ToJsonString());
        using var raw = await RawSocket.OpenAsync(Service);
        await raw.Write(RawSocket.TextBegin, text[..20]);
        await raw.Write(RawSocket.Ping, "are you there"u8.ToArray());
        var (pong, payload) = await raw.ReadFrame();
        Assert.Equal((RawSocket.Pong, "are you there"), (pong, Encoding.UTF8.GetString(payload)));
        await raw.Write(RawSocket.Continuation, text[20..]);
        var (first, reply) = await raw.ReadFrame();
        Assert.Equal(RawSocket.Text, first);
        Assert.Contains("\"eventId\":\"e-1\"", Encoding.UTF8.GetString(reply), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("cloudevents.avro")]
    [InlineData("CloudEvents.json")]
    public async Task Another_subprotocol_or_none_is_refused_before_the_socket_is_opened(string? protocol)
    {
        using var socket = new ClientWebSocket();
        if (protocol is { }) socket.Options.AddSubProtocol(protocol);
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(new UriBuilder(Service) { Scheme = "ws", Path = "/v1/gateway" }.Uri, CancellationToken.None));
        Assert.Equal(HttpStatusCode.BadRequest, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Of_several_subprotocols_ours_is_taken()
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("cloudevents.avro");
        socket.Options.AddSubProtocol("cloudevents.json");
        await socket.ConnectAsync(new UriBuilder(Service) { Scheme = "ws", Path = "/v1/gateway" }.Uri, CancellationToken.None);
        Assert.Equal("cloudevents.json", socket.SubProtocol);
    }

    [Fact]
    public async Task Who_does_not_shake_hands_is_told_what_is_served() => (await Get("/v1/gateway")).AsksForHandshake();

    [Theory]
    [InlineData("8")]
    [InlineData("14")]
    public async Task Who_shakes_hands_in_another_version_is_told_which_is_served(string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/gateway", UriKind.Relative));
        foreach (var (name, value) in new[]
        {
            ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", version), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                ("Sec-WebSocket-Protocol", "cloudevents.json"),
        }) request.Headers.Add(name, value);
        using var response = await Client.SendAsync(request);
        (await Answer.Of(response)).AsksForHandshake();
    }

    [Fact]
    public async Task A_page_from_elsewhere_opens_no_socket()
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("cloudevents.json");
        socket.Options.SetRequestHeader("Origin", "http://evil.example");
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(new UriBuilder(Service) { Scheme = "ws", Path = "/v1/gateway" }.Uri, CancellationToken.None));
        Assert.Equal(421, (int)socket.HttpStatusCode);
    }
}

public sealed class GatewaySocketKeySpecs : GatewayFixture
{
    protected override string Keys => Key;

    [Theory]
    [InlineData(Key, true)]
    [InlineData("another key of mine", false)]
    [InlineData(null, false)]
    public async Task Only_who_has_a_key_opens_a_socket(string? key, bool opens)
    {
        var connecting = SocketGateway.ConnectAsync(Client.BaseAddress!, key);
        if (opens) await using (await connecting) return;
        Assert.Contains("401", (await Assert.ThrowsAsync<WebSocketException>(() => connecting)).Message, StringComparison.Ordinal);
    }
}
