using System.Text;
using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>What a real service answers in the course of a call, held against the documents it gives.</summary>
public sealed class ApiDocumentSpecs
{
    private const string Events = "/v1/events";

    private static JsonObject Start(string call, string to = "+97235550100") =>
        GatewayClient.Event(call, "call.started", new { direction = "inbound", from = "+972541111111", to }, $"{call}-start");

    [Fact]
    public async Task Every_answer_of_a_call_s_life_is_as_OpenAPI_says()
    {
        await using var service = await ServiceProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = service.Address };
        var document = new ApiDocument(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));

        async Task<JsonNode> Is(int status, string method, string path, JsonNode? body = null, string type = "application/cloudevents+json")
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (body is { }) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, type);
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True((int)answer.StatusCode == status, $"{method} {path} {(int)answer.StatusCode} {text}");
            document.Promises(method, path.Split('?')[0], status, answer.Content.Headers.ContentType?.MediaType, text);
            return JsonNode.Parse(text)!;
        }

        await Is(200, "GET", "/health/ready");
        await Is(200, "GET", "/health/live");
        await Is(200, "GET", "/asyncapi/v1.json");
        Assert.NotNull((await Is(200, "POST", Events, Start("CA-1")))["context"]);
        await Is(200, "POST", Events, Start("CA-1"));
        await Is(422, "POST", Events, Start("CA-2", to: "+97230000000"));
        await Is(200, "POST", "/v1/calls/CA-1/reload");
        foreach (var told in new[]
        {
            GatewayClient.Event("CA-1", "call.ringing"), GatewayClient.Event("CA-1", "call.answered"), GatewayClient.Event("CA-1", "greeting.finished"),
            GatewayClient.Event("CA-1", "customer.name_detected", new { firstName = "דנה", confidence = 0.9 }),
                GatewayClient.Event("CA-1", "customer.gender_detected", new { gender = "female" }),
            GatewayClient.Event("CA-1", "call.noted", new { summary = "s", transcription = "t", recordingUrl = "https://example.org/r" }),
                GatewayClient.Event("CA-1", "gateway.heartbeat"),
        })
        {
            document.Validates("Event", told.ToJsonString());
            await Is(200, "POST", Events, told);
        }

        await Is(409, "POST", "/v1/calls/CA-1/reload");
        var slot = await Is(
            422, "POST", Events, GatewayClient.Event("CA-1", "appointment.requested", new { start = "2020-01-01T10:00:00Z", end = "2020-01-01T10:30:00Z" }));
        var alternative = slot["alternatives"]![0]!;
        var times = new { start = (string?)alternative["start"], end = (string?)alternative["end"] };
        await Is(200, "POST", Events, GatewayClient.Event("CA-1", "appointment.requested", times));
        await Is(200, "POST", Events, GatewayClient.Event("CA-1", "appointment.confirmed", times));
        await Is(200, "POST", Events, GatewayClient.Event("CA-1", "appointment.cancelled", new { times.start }));
        await Is(200, "POST", Events, GatewayClient.Event("CA-1", "appointment.confirmed", times));
        await Is(200, "GET", "/v1/calls/CA-1");
        await Is(200, "GET", "/v1/calls?state=live&limit=10");
        await Is(200, "POST", Events,
            new JsonArray(Start("CA-3"), JsonValue.Create(7), GatewayClient.Event("CA-3", "call.answered"), GatewayClient.Event("CA-9", "call.answered")),
            "application/cloudevents-batch+json");
        await Is(200, "POST", "/v1/calls/CA-3/end", new JsonObject { ["reason"] = "wrong number" }, "application/json");
        await Is(404, "POST", "/v1/calls/CA-9/end");
        await Is(404, "POST", "/v1/calls/CA-9/flush");
        await Is(400, "POST", Events, JsonValue.Create("no event"));
        await Is(200, "POST", Events, GatewayClient.Event("CA-1", "call.ended", new { status = "completed", durationSeconds = 7 }));
        await Is(404, "POST", Events, GatewayClient.Event("CA-9", "call.answered"));
        using (var gateway = new GatewayClient(service.Address)) await gateway.UntilNoCallIsLeft();
        await Is(409, "POST", Events, GatewayClient.Event("CA-1", "call.answered"));
        await Is(200, "GET", "/v1/stats");
        await Is(200, "GET", "/v1/cluster");
        var alive = GatewayClient.Event("CA-1", "gateway.heartbeat");
        var list = GatewayClient.Event("CA-1", "gateway.snapshot",
            new { calls = new[] { new { callId = "CA-7", direction = "inbound", from = "+972541111111", to = "+97235550100" } } },
            time: DateTimeOffset.UnixEpoch);
        foreach (var told in new[] { alive, list })
        {
            told.Remove("subject");
            document.Validates("GatewayEvent", told.ToJsonString());
        }

        await Is(200, "POST", Events, alive);
        Assert.Equal(1, (int)(await Is(200, "POST", Events, list))["snapshot"]!["started"]!);
        await Is(200, "GET", "/v1/dead-letters");
        await Is(404, "POST", "/v1/dead-letters/77/retry");
        await Is(200, "POST", "/v1/drain");
        await Is(503, "POST", Events, Start("CA-4"));
        await Is(503, "GET", "/health/ready");
    }

    [Fact]
    public async Task Every_message_on_a_socket_is_as_AsyncAPI_says()
    {
        await using var service = await ServiceProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = service.Address };
        var document = new ApiDocument(await http.GetStringAsync(new Uri("/asyncapi/v1.json", UriKind.Relative)));
        Assert.Equal("3.0.0", (string?)document["asyncapi"]);
        var channel = document["channels"]["gateway"]!;
        await using var gateway = await SocketGateway.ConnectAsync(service.Address);
        Assert.Equal(((string?)channel["address"], "cloudevents.json"),
            ("/v1/gateway", (string?)channel["bindings"]!["ws"]!["headers"]!["properties"]!["Sec-WebSocket-Protocol"]!["const"]));
        JsonObject[] events = [Start("CA-1"), GatewayClient.Event("CA-1", "greeting.finished"),
            GatewayClient.Event("CA-1", "call.noted", new { summary = "s" }), GatewayClient.Event("CA-9", "call.answered")];
        foreach (var told in events)
        {
            document.Validates("Event", told.ToJsonString());
            await gateway.Send(told);
        }

        var alive = GatewayClient.Event("CA-1", "gateway.heartbeat");
        alive.Remove("subject");
        await gateway.Send(alive);
        foreach (var frame in new[] { "", "[]", """{"specversion":"1.0","type":"no.such"}""" }) await gateway.Send(frame);
        foreach (var reply in await gateway.Receive(events.Length + 4)) document.Validates("ReplyEvent", reply.ToJsonString());
    }
}
