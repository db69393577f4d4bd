using System.Reflection;
using System.Text.Json.Nodes;
using CallActors.Host.Api;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Host.Gateways.WebSockets;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Host.Api;

/// <summary>The documents against what is routed, and against answers that a healthy service seldom gives.</summary>
public sealed class ApiDocumentsSpecs : GatewayFixture
{
    private const string Started = """{"specversion":"1.0","id":"e-1","source":"spec","type":"call.started","subject":"CA-1","data":{"direction":"inbound","from":"","to":"+1"}}""";

    /// <summary>Every adapter there is: one that is not configured is not routed.</summary>
    protected override (string Key, string Value)[] Settings =>
    [
        ("Gateway:Twilio:PublicUrl", "https://calls.example.com"), ("Gateway:Twilio:AuthTokens", "0123456789abcdef0123456789abcdef"),
        ("Gateway:Jambonz:Secrets", "0123456789abcdef"), ("Gateway:Jambonz:ListenUrl", "wss://agent.example.com"),
        ("Gateway:Ari:Username", "gw1"), ("Gateway:Ari:Passwords", "0123456789abcdef"),
        ("Gateway:Webhooks:acme:Secrets", "0123456789abcdef"), ("Gateway:Webhooks:acme:Signature:Header", "X-Signature"),
        ("Gateway:Webhooks:acme:Fields:CallId", "/id"), ("Gateway:Webhooks:acme:Fields:Status", "/status"), ("Gateway:Webhooks:acme:Statuses:up", "started"),
    ];

    private async Task<ApiDocument> OpenApi() => new((await Get("/openapi/v1.json")).Body);

    [Fact]
    public async Task Every_route_is_in_the_document_and_everything_in_the_document_is_routed()
    {
        var routed = from route in Routes
                     from method in route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                     select (method, $"/{route.RoutePattern.RawText!.TrimStart('/')}".Replace("webhooks/acme", "webhooks/{name}", StringComparison.Ordinal));
        Assert.Equal(routed.Order(), (await OpenApi()).Operations.Order());
    }

    [Fact]
    public async Task It_is_an_OpenAPI_3_1_document()
    {
        var answer = await Get("/openapi/v1.json");
        Assert.Equal((200, "application/json"), (answer.Status, answer.Type));
        var read = OpenApiDocument.Parse(answer.Body, "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
    }

    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/asyncapi/v1.json")]
    public async Task Every_reference_leads_somewhere_and_every_schema_is_used(string path)
    {
        var document = JsonNode.Parse((await Get(path)).Body)!;
        var references = ReferencesIn(document).Distinct().ToArray();
        Assert.All(references,
            reference => Assert.True(reference.Split('/').Skip(1).Aggregate((JsonNode?)document, (node, name) => node?[name]) is { }, reference));
        if (path.StartsWith("/openapi", StringComparison.Ordinal))
        {
            var used = references.Concat(["#/components/schemas/ReplyEvent"]);
            Assert.Empty(document["components"]!["schemas"]!.AsObject().Select(schema => $"#/components/schemas/{schema.Key}").Except(used));
        }
    }

    [Fact]
    public async Task Every_socket_that_is_routed_is_a_channel_and_says_with_which_codes_it_is_closed()
    {
        var openApi = await OpenApi();
        var asyncApi = new ApiDocument((await Get("/asyncapi/v1.json")).Body);
        var channels = asyncApi["channels"].AsObject()
            .ToDictionary(channel => (string)channel.Value!["address"]!, channel => (string)channel.Value!["description"]!);
        Assert.Equal(
            openApi.Operations.Where(one => openApi["paths"][one.Path]![one.Method.ToLowerInvariant()]!["responses"]!["101"] is { }).Select(one => one.Path)
                .Order(),
            channels.Keys.Order());
        var codes = typeof(Closing).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (int)((Closing)field.GetValue(null)!).Status)
            .Distinct();
        Assert.All(codes, code => Assert.Contains($" {code} ", channels[GatewayEndpoint.Path], StringComparison.Ordinal));
        Assert.All(channels.Values, channel => Assert.Contains("Close codes: 1000 ", channel, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_operation_on_a_socket_says_how_its_peer_is_known()
    {
        var document = JsonNode.Parse((await Get("/asyncapi/v1.json")).Body)!;
        var known = document["operations"]!.AsObject().Select(operation => (string)Assert.Single(operation.Value!["security"]!.AsArray())!["$ref"]!).Distinct();
        Assert.Equal(
            document["components"]!["securitySchemes"]!.AsObject().Select(scheme => $"#/components/securitySchemes/{scheme.Key}").Order(), known.Order());
    }

    [Fact]
    public async Task What_is_no_HTTP_is_answered_without_a_body_and_the_document_says_so()
    {
        var document = await OpenApi();
        foreach (var (method, path) in document.Operations)
        {
            Assert.True(document["paths"][path]![method.ToLowerInvariant()]!["responses"]!["400"] is { }, $"{method} {path}");
            await Raw($"{method} {path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)} HTTP/1.1\r\n\r\n",
                "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n");
        }
    }

    [Fact]
    public async Task What_every_path_answers_is_as_the_document_says()
    {
        var said = (string)(await OpenApi())["info"]["description"]!;
        async Task Answers(string status, string request, string head)
        {
            Assert.Contains($" {status}", said, StringComparison.Ordinal);
            await Raw($"{request}\r\n\r\n", head);
        }

        const string host = "HTTP/1.1\r\nHost: localhost";
        await Answers("414", $"GET /v1/stats?{new string('x', 8 * 1024)} {host}", "HTTP/1.1 414 URI Too Long\r\nContent-Length: 0\r\n");
        await Answers(
            "431", $"GET /v1/stats {host}\r\nX: {new string('x', 32 * 1024)}", "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n");
        await Answers("431", $"GET /v1/stats {host}{string.Concat(Enumerable.Range(0, 64).Select(i => $"\r\nX-{i}: x"))}",
            "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n");
        await Answers("405 with Allow", $"DELETE /v1/stats {host}", "\r\nAllow: GET\r\n");
        await Answers("404", $"GET /v1/nothing {host}", "HTTP/1.1 404 Not Found\r\n");
    }

    [Fact]
    public async Task A_callback_whose_chunks_are_none_is_malformed_and_the_document_says_so()
    {
        var document = await OpenApi();
        var posts = document.Operations.Where(one => one.Method == "POST" && one.Path.StartsWith("/v1/gateways/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(posts);
        foreach (var (method, path) in posts)
        {
            const string problem = """{"type":"urn:callactors:malformed-request","title":"The request is malformed","status":400,"detail":"The request is no HTTP that can be read."}""";
            var head = $"POST {path.Replace("{name}", "acme", StringComparison.Ordinal)} HTTP/1.1\r\nHost: x\r\nX-Twilio-Signature: x\r\nJambonz-Signature: x\r\nX-Signature: x\r\nTransfer-Encoding: chunked\r\n\r\n";
            await Raw($"{head}no chunk\r\n", problem);
            document.Promises(method, path, 400, "application/problem+json", problem);
        }
    }

    [Fact]
    public async Task Every_type_of_event_is_in_the_document_with_the_members_that_are_read()
    {
        var document = await OpenApi();
        var documented = document.Schema("Event")["allOf"]![1]!["oneOf"]!.AsArray()
            .Select(one => document.Named(one!)["properties"]!)
            .ToDictionary(properties => (string)properties["type"]!["const"]!,
                properties => document.Named(properties["data"]!)["properties"]!.AsObject().Select(member => member.Key).Order());
        Assert.Equal(
            EventTypes.ByName.OrderBy(type => type.Key).Select(type => $"{type.Key}: {string.Join(", ", type.Value.Fields.Order())}"),
            documented.OrderBy(type => type.Key).Select(type => $"{type.Key}: {string.Join(", ", type.Value)}"));
    }

    [Theory]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"call.answered","subject":"CA-1"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"call.answered","subject":"two words"}""")]
    [InlineData("""{"specversion":"0.3","id":"1","source":"s","type":"call.answered","subject":"CA-1"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"no.such","subject":"CA-1"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"call.ended","subject":"CA-1"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"call.ended","subject":"CA-1","data":{"status":"gone"}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"call.ended","subject":"CA-1","data":{"status":"busy","durationSeconds":3}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"call.noted","subject":"CA-1","data":{}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"customer.name_detected","subject":"CA-1","data":{"firstName":"x","confidence":1.5}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"call.answered"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"gateway.heartbeat"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"gateway.heartbeat","subject":"CA-1"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"gateway.heartbeat","subject":"two words"}""")]
    [InlineData(
        """{"specversion":"1.0","id":"1","source":"s","type":"gateway.snapshot","time":"2026-05-17T10:00:00Z","data":{"calls":[{"callId":"CA-1","direction":"inbound","from":"+1","to":"+2","status":"answered"}]}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"gateway.snapshot","time":"2026-05-17T10:00:00Z","data":{"calls":[{"callId":"CA-1"}]}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"gateway.snapshot","time":"2026-05-17T10:00:00Z","data":{"calls":[],"part":"0a"}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"gateway.snapshot","time":"2026-05-17T10:00:00Z","data":{"calls":[],"part":"0A"}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"gateway.snapshot","data":{"calls":[]}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"gateway.snapshot","subject":"CA-1","time":"2026-05-17T10:00:00Z","data":{"calls":[]}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"greeting.finished","subject":"CA-1","unknown":[1],"data":{"more":2}}""")]
    public async Task What_the_document_takes_for_an_event_the_service_does_too(string told)
    {
        var document = await OpenApi();
        var answer = await Post("/v1/events", Structured(told));
        Assert.Equal(document.IsValid("Event", told) || document.IsValid("GatewayEvent", told), answer.Status == 200);
        document.Promises("POST", "/v1/events", answer.Status, answer.Type, answer.Body);
    }

    [Fact]
    public async Task Answers_that_are_seldom_given_are_promised_too()
    {
        var document = await OpenApi();
        async Task Tells(ProblemType type)
        {
            Calls.OnSend = message =>
                Task.FromResult(
                CallReply.Refuse(message.CallId, "e-1", new Problem(type, "why") { RetryAfter = type.Status is 429 or 503 ? TimeSpan.FromSeconds(1) : null }));
            var answer = await Post("/v1/events", Structured(Started));
            Assert.Equal(type.Status, answer.Status);
            document.Promises("POST", "/v1/events", answer.Status, answer.Type, answer.Body);
        }

        foreach (var type in new[] { ProblemType.UnknownCall, ProblemType.CallEnded, ProblemType.SlotTaken, ProblemType.UnknownBusiness,
            ProblemType.TooManyCalls, ProblemType.Failed, ProblemType.Draining, ProblemType.HoursUnknown })
            await Tells(type);

        async Task Is(string method, string path, HttpContent? content, int status)
        {
            var answer = method == "GET" ? await Get(path) : await Post(path, content);
            Assert.Equal(status, answer.Status);
            document.Promises(method, path.Split('?')[0], answer.Status, answer.Type, answer.Body);
            Assert.All(document.Headers(method, path.Split('?')[0], status),
                header => Assert.True(answer.Headers.Contains(header), $"{method} {path} answered {status} without {header}"));
        }

        Calls.Readiness = new Readiness(false, "draining", ["why"]);
        await Is("GET", "/health/ready", null, 503);
        await Is("POST", "/v1/events", Structured(new string(' ', RequestBody.Limit + 1)), 413);
        await Is("POST", "/v1/events", Batch([.. Enumerable.Repeat("{}", 1001)]), 413);
        await Is("GET", "/v1/calls?limit=0", null, 400);
        await Is("GET", "/v1/calls/CA-1", null, 404);
        await Is("POST", "/v1/calls/CA-1/end", Content("[]", "application/json"), 400);
        await Is("POST", "/v1/drain?deadline=soon", null, 400);
        Calls.Letters = new DeadLetterList([], "away");
        await Is("GET", "/v1/dead-letters", null, 503);
        await Is("GET", "/v1/gateway", null, 426);
        await Is("POST", "/v1/gateways/twilio/status", null, 403);
        await Is("GET", "/v1/gateways/twilio/media", null, 403);
        await Is("POST", "/v1/gateways/webhooks/other", null, 404);
        var compressed = Structured(Started);
        compressed.Headers.ContentEncoding.Add("gzip");
        await Is("POST", "/v1/events", compressed, 415);
        Calls.Retried = DeadLetterOutcome.RefusedAgain;
        await Is("POST", "/v1/dead-letters/1/retry", null, 409);
        Client.DefaultRequestHeaders.Host = "evil.example";
        await Is("GET", "/v1/stats", null, 421);
    }

    [Fact]
    public async Task An_event_without_data_needs_no_body()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/events", UriKind.Relative));
        foreach (var (name, value) in new[] { ("specversion", "1.0"), ("id", "e-1"), ("source", "spec"), ("type", "call.answered"), ("subject", "CA-1") })
            request.Headers.Add($"ce-{name}", value);
        using var response = await Client.SendAsync(request);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.False((bool)(await OpenApi())["paths"]["/v1/events"]!["post"]!["requestBody"]!["required"]!);
    }

    [Fact]
    public void Two_documents_that_say_different_things_in_one_place_are_not_joined()
    {
        var one = JsonNode.Parse("""{"paths":{"/a":{"get":{"summary":"x"}}}}""")!.AsObject();
        ApiDocuments.Join(one, JsonNode.Parse("""{"paths":{"/b":{},"/a":{"post":{}}}}""")!.AsObject());
        Assert.Equal("""{"paths":{"/a":{"get":{"summary":"x"},"post":{}},"/b":{}}}""", one.ToJsonString());
        var message = Assert.Throws<InvalidOperationException>(() =>
            ApiDocuments.Join(one, JsonNode.Parse("""{"paths":{"/a":{"get":{"summary":"y"}}}}""")!.AsObject())).Message;
        Assert.Equal("/paths//a/get/summary stands in two documents.", message);
    }

    private static IEnumerable<string> ReferencesIn(JsonNode? node) => node switch
    {
        JsonObject members =>
            members.SelectMany(member => member is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()] : ReferencesIn(member.Value)),
        JsonArray items => items.SelectMany(ReferencesIn),
        _ => [],
    };
}
