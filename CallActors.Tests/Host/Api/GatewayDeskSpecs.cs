using System.Text.Json.Nodes;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.CallCommands;
using static CallActors.Messages.CallEvents;
using static CallActors.Messages.CallQueries;

namespace CallActors.Tests.Host.Api;

/// <summary>A gateway's list over HTTP, alone and in a batch.</summary>
public sealed class GatewayDeskSpecs : GatewayFixture
{
    private static readonly DateTimeOffset Taken = new(2026, 5, 17, 10, 0, 0, TimeSpan.Zero);

    private static string Listing(params string[] calls) => $$"""
        {"specversion":"1.0","id":"s-1","source":"gw","type":"gateway.snapshot","time":"2026-05-17T10:00:00Z",
         "data":{"calls": [ {{string.Join(',', calls.Select(Listed))}} ] } }
        """;

    private static string Listed(string id) => $$"""{"callId":"{{id}}","direction":"inbound","from":"","to":"+1","status":"answered"}""";

    private async Task<string?> OutcomeOf(string told) => (string?)Json(await Post("/v1/events", Structured(told)))["outcome"];

    private static JsonNode Json(Answer answer) => JsonNode.Parse(answer.Body)!;

    private static CallSummary Held(string id, string source = "gw") =>
        new(CallId.Parse(id), CallPhase.Live, CallDirection.Inbound, "", "+1", Taken.AddMinutes(-1), null, null)
        {
            Source = source,
            LastEventAt = Taken.AddMinutes(-1)
        };

    [Fact]
    public async Task The_reply_says_what_was_done()
    {
        Calls.Page = new CallPage([Held("CA1"), Held("CA2")], false);
        var answer = await Post("/v1/events", Structured(Listing("CA1", "CA3")));
        Assert.Equal(200, answer.Status);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"eventId":"s-1","callId":null,"outcome":"applied","snapshot":{"listed":2,"ended":1,"started":1,"refused":0}}"""), Json(answer)),
                answer.Body);
        Assert.Equal(
            [
                new ListCalls(null, null, 10_000, null) { Source = "gw" },
                new LoseCall(CallId.Parse("CA2"), "gw", Taken, "gateway.snapshot s-1"),
                typeof(Started), typeof(Answered),
                new HearGateway("gw", Taken),
            ],
            Calls.Asked.Select(asked => asked is CallEvent told ? told.GetType() : asked));
    }

    [Fact]
    public async Task A_held_call_that_is_listed_as_further_is_taken_as_far()
    {
        Calls.Page = new CallPage([Held("CA1") with { Status = CallStatus.Ringing }, Held("CA2") with { Status = CallStatus.InProgress }], false);
        var answer = await Post("/v1/events", Structured(Listing("CA1", "CA2")));
        var told = Assert.IsType<Answered>(Assert.Single(Calls.Asked.OfType<CallEvent>()));
        Assert.Equal(("CA1", "gateway.snapshot s-1"), (told.CallId.Value, told.Header.Origin));
        Assert.Equal("""{"listed":2,"ended":0,"started":0,"refused":0}""", Json(answer)["snapshot"]!.ToJsonString());
    }

    [Fact]
    public async Task A_list_from_the_future_ends_nothing()
    {
        Calls.Page = new CallPage([Held("CA1")], false);
        var answer = await Post(
            "/v1/events", Structured(Listing().Replace("2026-05-17", $"{TimeProvider.System.GetUtcNow().Year + 1}-05-17", StringComparison.Ordinal)));
        answer.IsProblem("malformed-event", 400);
        Assert.Contains("\"/time\"", answer.Body, StringComparison.Ordinal);
        Assert.Empty(Calls.Asked);
    }

    [Fact]
    public async Task A_heartbeat_from_the_future_keeps_nothing_alive()
    {
        string At(int years) =>
            $$"""{"specversion":"1.0","id":"1","source":"gw","type":"gateway.heartbeat","time":"{{TimeProvider.System.GetUtcNow().Year + years}}-01-01T00:00:00Z"}""";
        (await Post("/v1/events", Structured(At(2)))).IsProblem("malformed-event", 400);
        Assert.Empty(Calls.Asked);
        Assert.Equal(200, (await Post("/v1/events", Structured(At(-1)))).Status);
        Assert.Single(Calls.Asked.OfType<HearGateway>());
    }

    [Fact]
    public async Task A_list_is_served_within_a_batch()
    {
        var answer = await Post("/v1/events", Batch(
            """{"specversion":"1.0","id":"1","source":"gw","type":"call.ringing","subject":"CA1"}""",
            Listing("CA1"),
            """{"specversion":"1.0","id":"2","source":"gw","type":"gateway.heartbeat"}"""));
        Assert.Equal(["applied", "applied", "applied"], Json(answer).AsArray().Select(reply => (string?)reply!["outcome"]));
        Assert.Equal(1, (int?)Json(answer)[1]!["snapshot"]!["listed"]);
        Assert.Null(Json(answer)[2]!["callId"]);
    }

    [Fact]
    public async Task Calls_that_ended_here_long_ago_are_counted_and_not_started()
    {
        Calls.OnSend = message => Task.FromResult(CallReply.Refuse(message.CallId, null, new Problem(ProblemType.CallEnded, "It ended.")));
        Calls.Page = new CallPage([Held("CA1")], false);
        var answer = await Post("/v1/events", Structured(Listing("CA2")));
        Assert.Equal("""{"listed":1,"ended":0,"started":0,"refused":1}""", Json(answer)["snapshot"]!.ToJsonString());
    }

    [Fact]
    public async Task A_call_that_another_gateway_started_is_neither_started_nor_refused()
    {
        Calls.OnSend = message => Task.FromResult(new CallReply(message.CallId, null, CallOutcome.Duplicate, CallPhase.Live));
        var answer = await Post("/v1/events", Structured(Listing("CA1")));
        Assert.Equal("""{"listed":1,"ended":0,"started":0,"refused":0}""", Json(answer)["snapshot"]!.ToJsonString());
    }

    [Fact]
    public async Task A_list_that_comes_again_is_a_duplicate_and_another_of_the_same_calls_is_none()
    {
        Assert.Equal("applied", await OutcomeOf(Listing("CA1")));
        var asked = Calls.Asked.Count;
        Assert.Equal("""{"eventId":"s-1","callId":null,"outcome":"duplicate"}""", (await Post("/v1/events", Structured(Listing("CA1")))).Body);
        Assert.Equal("duplicate", await OutcomeOf(Listing()));
        Assert.Equal(asked, Calls.Asked.Count);
        Assert.Equal(2, Counters.Duplicate);
        Assert.Equal("applied", await OutcomeOf(Listing("CA1").Replace("s-1", "s-2", StringComparison.Ordinal)));
        Assert.Equal("applied", await OutcomeOf(Listing("CA1").Replace("\"gw\"", "\"gw-2\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_heartbeat_that_comes_again_keeps_nothing_alive()
    {
        const string beat = """{"specversion":"1.0","id":"1","source":"gw","type":"gateway.heartbeat"}""";
        Assert.Equal("applied", await OutcomeOf(beat));
        Assert.Equal("duplicate", await OutcomeOf(beat));
        Assert.Single(Calls.Asked);
    }

    [Fact]
    public async Task What_could_not_be_done_and_comes_again_is_done()
    {
        Calls.OnSend = message => throw new TimeoutException();
        (await Post("/v1/events", Structured(Listing("CA1")))).IsProblem("overloaded", 503);
        Calls.OnSend = message => Task.FromResult(CallReply.Refuse(message.CallId, null, new Problem(ProblemType.Overloaded, "Not now.")));
        (await Post("/v1/events", Structured(Listing("CA1")))).IsProblem("overloaded", 503);
        Calls.OnSend = message => Task.FromResult(new CallReply(message.CallId, null, CallOutcome.Applied));
        Assert.Equal("applied", await OutcomeOf(Listing("CA1")));
        Assert.Equal("duplicate", await OutcomeOf(Listing("CA1")));
    }

    [Fact]
    public async Task What_could_not_be_done_is_to_be_sent_again()
    {
        Calls.OnSend = message =>
            Task.FromResult(CallReply.Refuse(message.CallId, null, new Problem(ProblemType.Overloaded, "Not now.") { RetryAfter = TimeSpan.FromSeconds(1) }));
        Calls.Page = new CallPage([Held("CA1")], false);
        var answer = await Post("/v1/events", Structured(Listing()));
        Assert.Equal((503, "urn:callactors:overloaded"), (answer.Status, (string?)Json(answer)["type"]));
        Assert.DoesNotContain(Calls.Asked, asked => asked is HearGateway);
    }

    [Fact]
    public async Task While_a_journal_is_being_read_nobody_is_ended_or_started()
    {
        Calls.Page = new CallPage([Held("CA1")], false) { IsPartial = true };
        Assert.Equal(503, (await Post("/v1/events", Structured(Listing("CA2")))).Status);
        Assert.Single(Calls.Asked);
    }
}
