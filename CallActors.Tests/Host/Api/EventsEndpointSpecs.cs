using System.Globalization;
using System.Text;
using System.Text.Json;
using CallActors.Messages;
using CallActors.Tests.Host.CloudEvents;

namespace CallActors.Tests.Host.Api;

public class EventsEndpointSpecs : GatewayFixture
{
    private const string Path = "/v1/events";
    private static readonly string Heartbeat = Sample.Event("gateway.heartbeat");

    [Fact]
    public async Task A_structured_event_is_sent_and_its_reply_written()
    {
        var answer = await Post(Path, Structured(Heartbeat));
        Assert.Equal((200, "application/json"), (answer.Status, answer.Type));
        Assert.Equal("""{"eventId":"e-1","callId":"CA1","outcome":"applied","state":"live","stashed":2}""", answer.Body);
        Assert.IsType<CallEvents.Heartbeat>(Assert.Single(Calls.Asked));
    }

    [Fact]
    public async Task A_binary_event_has_its_attributes_in_headers()
    {
        using var content = Content("{\"firstName\":\"דנה\"}", "application/json; charset=utf-8");
        Ce(content, ("specversion", "1.0"), ("id", "e%201%E2%82%AC"), ("source", "/gw"), ("type", "customer.name_detected"), ("subject", "CA1"),
            ("sequence", "007"), ("time", "2026-05-17T10:00:00Z"), ("other", "%zz"));
        Assert.Equal(200, (await Post(Path, content)).Status);
        var heard = (CallEvents.NameDetected)Calls.Asked.Single();
        Assert.Equal(("דנה", "e 1€", 7), (heard.FirstName, heard.Header.Key.Id, (int)heard.Header.Sequence!.Value));
    }

    [Fact]
    public async Task A_binary_event_may_have_no_body()
    {
        using var content = new ByteArrayContent([]);
        Ce(content, ("specversion", "1.0"), ("id", "e-1"), ("source", "/gw"), ("type", "call.ringing"), ("subject", "CA1"));
        Assert.Equal(200, (await Post(Path, content)).Status);
    }

    [Fact]
    public async Task Every_fault_of_a_binary_event_is_listed()
    {
        using var content = Content("no json", "text/plain");
        Ce(content, ("id", "%zz"), ("type", "call.ringing"), ("sequence", "x"));
        var answer = await Post(Path, content);
        answer.IsProblem("malformed-event", 400);
        Assert.Equal("/data /specversion /id /source /subject /sequence /datacontenttype", Pointers(answer.Body));
    }

    [Fact]
    public async Task A_malformed_event_lists_its_faults_and_is_not_sent()
    {
        var answer = await Post(Path, Structured(Sample.Event("call.started", "{\"direction\":\"inbound\"}")));
        answer.IsProblem("malformed-event", 400);
        Assert.Equal("/data/from /data/to", Pointers(answer.Body));
        Assert.Contains("\"callId\":\"CA1\",\"eventId\":\"e-1\"", answer.Body, StringComparison.Ordinal);
        Assert.Empty(Calls.Asked);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("application/cloudevents+xml")]
    [InlineData("application/cloudevents-batch+avro")]
    [InlineData("application/cloudevents+json; charset=utf-16")]
    public async Task What_is_no_event_is_malformed(string type) => (await Post(Path, Content(Heartbeat, type))).IsProblem("malformed-event", 400);

    [Theory]
    [InlineData("application/cloudevents+json; charset=utf-16", "utf-16")]
    [InlineData("application/cloudevents-batch+json; charset=\"iso-8859-1\"", "iso-8859-1")]
    [InlineData("application/cloudevents+json; charset=a234567890b234567890c234567890d234567890e234567890f234567890g234567890h234567890i",
        "a234567890b234567890c234567890d234567890e234567890f234567890g234567890h234567890…")]
    public async Task An_event_in_another_charset_than_UTF_8_is_told_so(string type, string charset)
    {
        var answer = await Post(Path, Content(Heartbeat, type));
        answer.IsProblem("malformed-event", 400);
        Assert.Contains($"\"detail\":\"the charset '{charset}' was given; UTF-8 is expected\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_is_one_in_binary_mode()
    {
        using var content = Content("{}", "application/json; charset=utf-16");
        Ce(content, ("specversion", "1.0"), ("id", "e-1"), ("source", "/gw"), ("type", "call.ringing"), ("subject", "CA1"));
        var answer = await Post(Path, content);
        answer.IsProblem("malformed-event", 400);
        Assert.Contains("'application/json; charset=utf-16' was given; a JSON media type in UTF-8 is expected", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_malformed()
    {
        (await Post(Path, Structured("{"))).IsProblem("malformed-event", 400);
        (await Post(Path, Structured(""))).IsProblem("malformed-event", 400);
        (await Post(Path, Content("{}", "application/cloudevents-batch+json"))).IsProblem("malformed-event", 400);
    }

    [Fact]
    public async Task A_batch_is_answered_in_its_order_and_its_good_members_apply()
    {
        var answer = await Post(Path, Batch(Heartbeat, "7", Sample.Event("no.such"), Heartbeat.Replace("e-1", "e-2", StringComparison.Ordinal)));
        Assert.Equal((200, "application/json"), (answer.Status, answer.Type));
        using var json = JsonDocument.Parse(answer.Body);
        Assert.Equal(["applied", "refused", "refused", "applied"], json.RootElement.EnumerateArray().Select(reply => reply.GetProperty("outcome").GetString()));
        Assert.Equal(["e-1", null, "e-1", "e-2"], json.RootElement.EnumerateArray().Select(reply => reply.GetProperty("eventId").GetString()));
        Assert.Equal("urn:callactors:malformed-event", json.RootElement[2].GetProperty("problem").GetProperty("type").GetString());
        Assert.Equal(2, Calls.Asked.Count);
    }

    [Fact]
    public async Task An_empty_batch_is_an_empty_list() =>
        Assert.Equal((200, "[]"), (await Post(Path, Batch()) is var answer ? (answer.Status, answer.Body) : default));

    [Fact]
    public async Task A_batch_is_under_way_before_any_of_it_is_answered()
    {
        var all = new TaskCompletionSource();
        Calls.OnSend = async message =>
        {
            if (Calls.Asked.Count == 3) all.SetResult();
            await all.Task;
            return new CallReply(message.CallId, ((CallEvents.CallEvent)message).Header.Key.Id, CallOutcome.Applied);
        };
        var answer = await Post(Path, Batch([.. Enumerable.Range(1, 3).Select(n => Heartbeat.Replace("e-1", $"e-{n}", StringComparison.Ordinal))]));
        Assert.Equal(200, answer.Status);
        Assert.Equal(["e-1", "e-2", "e-3"], Calls.Asked.Cast<CallEvents.CallEvent>().Select(heard => heard.Header.Key.Id));
    }

    [Fact]
    public async Task A_batch_has_a_thousand_events_at_most()
    {
        Assert.Equal(200, (await Post(Path, Batch([.. Enumerable.Repeat(Heartbeat, 1000)]))).Status);
        (await Post(Path, Batch([.. Enumerable.Repeat(Heartbeat, 1001)]))).IsProblem("too-large", 413);
        Assert.Equal(1, Counters.Refused);
    }

    [Theory]
    [InlineData(0, false, 200)]
    [InlineData(0, true, 200)]
    [InlineData(1, false, 413)]
    [InlineData(1, true, 413)]
    [InlineData(5_000_000, true, 413)]
    [InlineData(5_000_000, false, 413)]
    public async Task A_body_has_a_mebibyte_at_most(int over, bool chunked, int status)
    {
        var empty = Sample.Event("call.noted", "{\"summary\":\"\"}");
        var body = Encoding.UTF8.GetBytes(Sample.Event("call.noted", $"{{\"summary\":\"{new string('x', 1024 * 1024 - empty.Length + over)}\"}}"));
        using HttpContent content = chunked ? new StreamContent(new Unseekable(body)) : new ByteArrayContent(body);
        content.Headers.Add("Content-Type", "application/cloudevents+json");
        var answer = await Post(Path, content);
        Assert.Equal(status, answer.Status);
        if (status == 413) answer.IsProblem("too-large", 413);
    }

    [Fact]
    public async Task What_claims_to_be_huge_is_not_waited_for()
    {
        var head = $"POST {Path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/cloudevents+json\r\n";
        await Raw($"{head}Content-Length: 99999999999\r\n\r\n", "urn:callactors:too-large");
        await Raw($"{head}Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n", "urn:callactors:too-large");
    }

    [Fact]
    public async Task Whoever_sends_too_slowly_is_cut_off()
    {
        var head = $"POST {Path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cloudevents+json\r\nContent-Length: 1000\r\n\r\n";
        await Raw($"{head}{{", "urn:callactors:request-timeout");
        Assert.Empty(Calls.Asked);
    }

    [Fact]
    public async Task A_compressed_body_is_not_served()
    {
        using var content = Structured(Heartbeat);
        content.Headers.ContentEncoding.Add("gzip");
        (await Post(Path, content)).IsProblem("unsupported-media-type", 415);
    }

    [Fact]
    public async Task A_refusal_is_the_problem_itself()
    {
        Calls.OnSend = message =>
            Task.FromResult(
            CallReply.Refuse(message.CallId, "e-1", new Problem(ProblemType.TooManyCalls, "Full.") { RetryAfter = TimeSpan.FromMilliseconds(1200) }));
        var answer = await Post(Path, Structured(Heartbeat));
        answer.IsProblem("too-many-calls", 429);
        Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task No_answer_in_time_is_come_again()
    {
        Calls.OnSend = _ => throw new Akka.Actor.AskTimeoutException("secret");
        var answer = await Post(Path, Structured(Heartbeat));
        answer.IsProblem("overloaded", 503);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_says_nothing_of_its_cause()
    {
        Calls.OnSend = message =>
            ((CallEvents.CallEvent)message).Header.Key.Id == "e-1"
            ? throw new InvalidOperationException("secret")
            : Task.FromException<CallReply>(new TimeoutException("secret"));
        var answer = await Post(Path, Structured(Heartbeat));
        answer.IsProblem("failed", 500);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        var batch = await Post(Path, Batch(Heartbeat, Heartbeat.Replace("e-1", "e-2", StringComparison.Ordinal)));
        Assert.Equal(200, batch.Status);
        using var json = JsonDocument.Parse(batch.Body);
        Assert.Equal([500, 503], json.RootElement.EnumerateArray().Select(reply => reply.GetProperty("problem").GetProperty("status").GetInt32()));
    }

    private static void Ce(HttpContent content, params (string Name, string Value)[] attributes)
    {
        foreach (var (name, value) in attributes) content.Headers.TryAddWithoutValidation(string.Create(CultureInfo.InvariantCulture, $"ce-{name}"), value);
    }

    private static string Pointers(string problem)
    {
        using var json = JsonDocument.Parse(problem);
        return string.Join(' ', json.RootElement.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()));
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
