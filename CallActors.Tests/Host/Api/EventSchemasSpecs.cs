using CallActors.Tests.Fixtures;

namespace CallActors.Tests.Host.Api;

/// <summary>Rule by rule: what the schemas of events admit the service takes, and what it refuses they do not admit.</summary>
public sealed class EventSchemasSpecs : GatewayFixture
{
    private static readonly string Longest = new('x', 255);

    /// <summary>An attribute, what it may be and what not.</summary>
    public static TheoryData<string, string[], string[]> Attributes => new()
    {
        { "specversion", ["\"1.0\""], ["\"1\"", "1.0", "null"] },
        { "id", ["\"x\"", $"\"{new string('x', 1024)}\""],
            ["\"\"", "null", "7", $"\"{new string('x', 1025)}\"", "\"a\\u0007\"", "\"a\\u0085\"", "\"a\\ufffe\"", "\"a\\ufdd0\""] },
        { "source", ["\"x\"", "\"/a/b\"", "\"urn:a:b\"", "\"a b\"", "\"שלום\"", $"\"{new string('x', 1024)}\""],
            ["\"\"", "null", "7", $"\"{new string('x', 1025)}\"", "\"a\\u0007\"", "\"a\\ufffe\""] },
        { "subject", ["\"CA-1\"", $"\"{new string('!', 64)}\""], ["\"\"", "null", "7", "\"two words\"", $"\"{new string('~', 65)}\"", "\"é\""] },
        {
            "time",
            ["null", "\"2026-05-17T10:00:00Z\"", "\"2026-05-17t10:00:00.123456789+03:00\"", "\"0002-06-01T00:00:00-14:00\"", "\"2016-12-31T23:59:60Z\"",
                "\"2026-05-17T10:00:00.5-00:00\""],
            ["\"\"", "7", "\"2026-05-17T10:00:00\"", "\"2026-05-17 10:00:00Z\"", "\"2026-05-17\"", "\"2026-13-17T10:00:00Z\"", "\"2026-02-29T10:00:00Z\"",
                "\"2026-05-17T24:00:00Z\"", "\"0001-06-01T00:00:00Z\"", "\"9999-06-01T00:00:00Z\"", "\"2026-05-17T10:00:00+14:30\""]
        },
        {
            "datacontenttype",
            ["null", "\"application/json\"", "\"text/JSON\"", "\"application/vnd.acme+json\"", "\"application/json; charset=utf-8\"",
                "\"application/json;charset=\\\"US-ASCII\\\"\""],
            ["\"\"", "7", "\"text/plain\"", "\"json\"", "\"application/xml\"", "\"application/jsonl\"", "\"application/json+xml\"",
                "\"application/json; charset=utf-16\""]
        },
        { "dataschema", ["null", "\"https://example.org/schema\"", "\"urn:acme:schema\""],
            ["\"\"", "7", "\"schema.json\"", "\"/schema.json\"", "\"//example.org/schema\"", "\"https://\""] },
        { "sequence", ["null", "0", "7", "-7", "\"0\"", "\"007\"", $"\"{new string('9', 1024)}\""],
            ["\"\"", "\"abc\"", "\"-7\"", "\"1.0\"", "1.5", "true", "{}", $"\"{new string('9', 1025)}\""] },
        { "data_base64", ["null", "\"e30=\""], ["\"\"", "7", "\"e30\"", "\"!!!!\""] },
        { "unknown", ["null", "[1]"], [] },
    };

    /// <summary>A type, its data with one member left open, what that may be and what not.</summary>
    public static TheoryData<string, string, string[], string[]> Members => new()
    {
        { "call.started", """{"direction":?,"from":"","to":"+1"}""", ["\"inbound\"", "\"outbound\""], ["\"Inbound\"", "\"\"", "null"] },
        { "call.started", """{"direction":"inbound","from":?,"to":"+1"}""", ["\"\"", "\" \"", $"\"{Longest}\""],
            ["null", "7", $"\"{Longest}x\"", "\"a\\u0000\""] },
        { "call.started", """{"direction":"inbound","from":"","to":?}""", ["\"+1\"", $"\"{Longest}\""],
            ["\"\"", "\"  \"", "null", "7", $"\"{Longest}x\"", "\"a\\u0000\""] },
        { "call.started", """{"direction":"outbound","from":"","to":?}""", ["\"+1\"", "\"\"", "\" \""], ["null", "7", $"\"{Longest}x\""] },
        { "call.started", """{"direction":"inbound","from":"","to":"+1","businessId":?}""", KeysThatAre, KeysThatAreNot },
        { "call.started", """{"direction":"inbound","from":"","to":"+1","leadId":?}""", KeysThatAre, KeysThatAreNot },
        { "call.started", """{"direction":"inbound","from":"","to":"+1","jobId":?}""", KeysThatAre, KeysThatAreNot },
        { "call.started", """{"direction":"inbound","from":"","to":"+1","callLogId":?}""", KeysThatAre, KeysThatAreNot },
        { "call.started", """{"direction":"inbound","from":"","to":"+1","parentCallId":?}""", ["\"CA-0\"", "null"], ["\"\"", "7", "\"two words\""] },
        { "call.started", "?", [], ["null", "7", "[]", "{}"] },
        { "call.ringing", "?", ["null", "{}", """{"more":1}"""], ["7", "[]", "\"\""] },
        { "call.answered", "?", ["null", "{}"], ["7", "[]"] },
        { "greeting.finished", "?", ["null", "{}"], ["7", "[]"] },
        { "greeting.finished", """{"outcome":?}""", ["\"played\"", "\"skipped\"", "\"failed\"", "null"], ["\"\"", "\"heard\"", "7"] },
        { "customer.name_detected", """{"firstName":?}""", ["\"x\"", "\"\"", $"\"{Longest}\""], ["null", "7", $"\"{Longest}x\"", "\"a\\u0000\""] },
        { "customer.name_detected", """{"firstName":"x","lastName":?}""", ["\"x\"", "\"\"", "null"], ["7", $"\"{Longest}x\"", "\"a\\u0000\""] },
        { "customer.name_detected", """{"firstName":"x","confidence":?}""", ["0", "1", "0.5", "null"], ["1.1", "-0.1", "\"0.5\""] },
        { "customer.gender_detected", """{"gender":?}""", ["\"male\"", "\"female\""], ["null", "\"\"", "\"x\""] },
        { "appointment.requested", """{"start":?,"end":"2026-05-17T10:30:00Z"}""", ["\"2026-05-17T10:00:00Z\"", "\"2026-05-17T12:00:00+03:00\""],
            ["null", "\"\"", "7", "\"2026-05-17T10:00:00\""] },
        { "appointment.requested", """{"start":"2026-05-17T10:00:00Z","end":?}""", ["\"2026-05-17T10:30:00Z\""], ["null", "\"soon\""] },
        { "appointment.requested", """{"start":"2026-05-17T10:00:00Z","end":"2026-05-17T10:30:00Z","title":?}""", ["\"x\"", "\"\"", "null"],
            ["7", $"\"{Longest}x\""] },
        { "appointment.confirmed", """{"start":"2026-05-17T10:00:00Z","end":"2026-05-17T10:30:00Z","title":?,"contactName":"x"}""", ["\"x\"", "null"],
            ["7", $"\"{Longest}x\""] },
        { "appointment.confirmed", """{"start":"2026-05-17T10:00:00Z","end":"2026-05-17T10:30:00Z","contactName":?}""", ["\"x\"", "null"],
            ["7", $"\"{Longest}x\""] },
        { "appointment.confirmed", """{"start":"2026-05-17T10:00:00Z","end":"2026-05-17T10:30:00Z","contactPhone":?}""", ["\"x\"", "null"],
            ["7", $"\"{Longest}x\""] },
        { "appointment.confirmed", """{"start":"2026-05-17T10:00:00Z","end":"2026-05-17T10:30:00Z","notes":?}""", ["\"x\"", $"\"{Longest}x\"", "null"],
            ["7", "\"a\\u0000\""] },
        { "appointment.cancelled", """{"start":?}""", ["\"2026-05-17T10:00:00Z\""], ["null", "\"soon\""] },
        { "call.noted", "?", ["""{"summary":"","other":1}""", """{"recordingUrl":"x","summary":null}"""],
            ["null", "{}", """{"other":1}""", """{"summary":null}"""] },
        { "call.noted", """{"summary":?}""", ["\"\"", $"\"{Longest}x\""], ["null", "7", "\"a\\u0000\""] },
        { "call.noted", """{"summary":"x","transcription":?}""", ["\"\"", "null"], ["7", "\"a\\u0000\""] },
        { "call.noted", """{"summary":"x","recordingUrl":?}""", ["\"\"", "null"], ["7", "\"a\\u0000\""] },
        { "gateway.heartbeat", "?", ["null", "{}"], ["7", "[]"] },
        { "call.ended", """{"status":?}""", ["\"completed\"", "\"busy\"", "\"no-answer\"", "\"failed\"", "\"canceled\""], ["null", "\"\"", "\"in-progress\""] },
        { "call.ended", """{"status":"completed","durationSeconds":?}""", ["0", "2147483647", "null"], ["-1", "0.5", "3000000000", "\"7\""] },
        { "call.ended", """{"status":"completed","reason":?}""", ["\"\"", $"\"{Longest}x\"", "null"], ["7", "\"a\\u0000\""] },
    };

    /// <summary>Of an event of a gateway: all that stands behind its id and source.</summary>
    public static TheoryData<string, string[], string[]> OfGateways => new()
    {
        { "\"type\":\"gateway.heartbeat\",\"data\":?", ["null", "{}", "7"], [] },
        { "\"type\":\"gateway.heartbeat\",\"subject\":?", ["null"], ["7", "\"\"", "\"two words\""] },
        { "\"type\":\"gateway.heartbeat\",\"time\":?", ["null", "\"2026-05-17T10:00:00Z\""], ["7", "\"soon\""] },
        { "\"type\":\"gateway.heartbeat\",\"id\":?", ["\"x\""], ["\"\"", $"\"{new string('x', 1025)}\""] },
        { "\"type\":\"gateway.snapshot\",\"data\":{\"calls\":[]},\"time\":?", ["\"2026-05-17T10:00:00Z\""], ["null", "7", "\"soon\""] },
        { "\"type\":\"gateway.snapshot\",\"data\":{\"calls\":[]},\"time\":\"2026-05-17T10:00:00Z\",\"subject\":?", ["null"], ["\"CA-1\"", "7"] },
        { "\"type\":\"gateway.snapshot\",\"time\":\"2026-05-17T10:00:00Z\",\"data\":?", ["{\"calls\":[]}"],
            ["null", "7", "{}", "{\"calls\":null}", "{\"calls\":{}}"] },
        { "\"type\":\"gateway.snapshot\",\"time\":\"2026-05-17T10:00:00Z\",\"data_base64\":?", ["\"eyJjYWxscyI6W119\""], ["null", "7"] },
        { "\"type\":\"gateway.snapshot\",\"time\":\"2026-05-17T10:00:00Z\",\"data\":{\"calls\":[],\"part\":?}", ["null", "\"\"", "\"0a1f\""],
            ["7", "\"0A\"", "\"00000\""] },
        { Listed("\"direction\":\"inbound\",\"from\":\"\",\"to\":?"), ["\"+1\""], ["\"\"", "null"] },
        { Listed("\"direction\":\"outbound\",\"from\":\"\",\"to\":?"), ["\"\""], ["null"] },
        { Listed("\"direction\":\"inbound\",\"from\":\"\",\"to\":\"+1\",\"businessId\":?"), KeysThatAre, KeysThatAreNot },
        { Listed("\"direction\":\"inbound\",\"from\":\"\",\"to\":\"+1\",\"status\":?"), ["\"initiated\"", "\"ringing\"", "\"answered\"", "null"],
            ["\"\"", "\"in-progress\"", "\"completed\"", "7"] },
        { Listed("\"direction\":\"inbound\",\"from\":\"\",\"to\":\"+1\",\"startedAt\":?"), ["\"2026-05-17T10:00:00Z\"", "null"], ["\"\"", "7"] },
        { Listed("\"direction\":\"inbound\",\"from\":\"\",\"to\":\"+1\",\"answeredAt\":?"), ["\"2026-05-17T10:00:00Z\"", "null"], ["\"\"", "7"] },
    };

    private static string[] KeysThatAre => ["1", "9223372036854775807", "\"1\"", "\"007\"", "null"];

    private static string[] KeysThatAreNot => ["0", "-1", "1.5", "9223372036854775808", "\"\"", "\"0\"", "\"-1\"", "\"x\"", "\"99999999999999999999\"", "true"];

    [Theory]
    [MemberData(nameof(Attributes))]
    public Task An_attribute_is_what_the_schema_says(string name, string[] right, string[] wrong) => Agree(right, wrong, value =>
    {
        var attributes = new Dictionary<string, string>
        {
            ["specversion"] = "\"1.0\"",
            ["id"] = "\"e-1\"",
            ["source"] = "\"spec\"",
            ["type"] = "\"call.answered\"",
            ["subject"] = "\"CA-1\"",
            [name] = value,
        };
        return $"{{{string.Join(',', attributes.Select(attribute => $"\"{attribute.Key}\":{attribute.Value}"))}}}";
    });

    [Theory]
    [MemberData(nameof(Members))]
    public Task A_member_of_the_data_is_what_the_schema_says(string type, string data, string[] right, string[] wrong) => Agree(
        right, wrong,
        value => $$"""{"specversion":"1.0","id":"e-1","source":"spec","subject":"CA-1","type":"{{type}}","data":{{data.Replace("?", value, StringComparison.Ordinal)}}}""");

    [Theory]
    [MemberData(nameof(OfGateways))]
    public Task An_event_of_a_gateway_is_what_the_schema_says(string rest, string[] right, string[] wrong) => Agree(right, wrong, value =>
    {
        var told = rest.Replace("?", value, StringComparison.Ordinal);
        return $$"""{"specversion":"1.0",{{(rest.Contains("\"id\"", StringComparison.Ordinal) ? "" : "\"id\":\"e-1\",")}}"source":"spec",{{told}}}""";
    });

    [Fact]
    public Task The_data_comes_as_it_is_or_in_base64() => Agree(
        ["\"data\":{\"status\":\"busy\"}", "\"data_base64\":\"eyJzdGF0dXMiOiJidXN5In0=\"", "\"data\":{\"status\":\"busy\"},\"data_base64\":null"],
        ["\"data_base64\":null", "\"data\":{\"status\":\"busy\"},\"data_base64\":\"eyJzdGF0dXMiOiJidXN5In0=\"", "\"data\":null"],
        data => $$"""{"specversion":"1.0","id":"e-1","source":"spec","subject":"CA-1","type":"call.ended",{{data}}}""");

    private static string Listed(string call) =>
        $$$"""
        "type":"gateway.snapshot","time":"2026-05-17T10:00:00Z","data":{"calls":[{"callId":"CA-1",{{{call}}}}]}
        """;

    private async Task Agree(string[] right, string[] wrong, Func<string, string> eventOf)
    {
        var document = new ApiDocument((await Get("/openapi/v1.json")).Body);
        foreach (var (value, isRight) in right.Select(value => (value, true)).Concat(wrong.Select(value => (value, false))))
        {
            var told = eventOf(value);
            var answer = await Post("/v1/events", Structured(told));
            Assert.True(isRight == (answer.Status == 200), $"{told} was answered {answer.Status} {answer.Body}");
            Assert.True(isRight == (document.IsValid("Event", told) || document.IsValid("GatewayEvent", told)),
                $"{told} was answered {answer.Status}; the schema says {!isRight}");
        }
    }
}
