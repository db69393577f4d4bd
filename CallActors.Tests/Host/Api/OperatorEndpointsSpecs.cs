using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Messages;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Host.Api;

public class OperatorEndpointsSpecs : GatewayFixture
{
    [Fact]
    public async Task Calls_are_listed_page_by_page()
    {
        var at = new DateTimeOffset(2026, 5, 17, 10, 0, 0, TimeSpan.Zero);
        Calls.Page = new CallPage(
            [new CallSummary(CallId.Parse("CA1"), CallPhase.Flushing, CallDirection.Outbound, "", "+1", at, new BusinessId(7), at)], true);
        var answer = await Get("/v1/calls?state=flushing&businessId=7&limit=1&after=CA0");
        Assert.Equal(
            """{"calls":[{"callId":"CA1","state":"flushing","direction":"outbound","from":"","to":"+1","startedAt":"2026-05-17T10:00:00+00:00","businessId":7,"flushingSince":"2026-05-17T10:00:00+00:00"}],"next":"CA1"}""",
            answer.Body);
        Assert.Equal(new ListCalls(CallPhase.Flushing, new BusinessId(7), 1, "CA0"), Calls.Asked.Single());
    }

    [Fact]
    public async Task A_parameter_without_a_value_is_not_given()
    {
        Assert.Equal("""{"calls":[],"next":null}""", (await Get("/v1/calls?state=&businessId=&limit=&after=")).Body);
        Assert.Equal(new ListCalls(null, null, 100, null), Calls.Asked.Single());
    }

    [Theory]
    [InlineData("limit=0", "/limit")]
    [InlineData("limit=1001", "/limit")]
    [InlineData("limit=x", "/limit")]
    [InlineData("limit=1&limit=2", "/limit")]
    [InlineData("state=gone", "/state")]
    [InlineData("state=Live", "/state")]
    [InlineData("businessId=-1", "/businessId")]
    [InlineData("after=a%20b", "/after")]
    public async Task A_wrong_parameter_is_named(string query, string pointer)
    {
        var answer = await Get($"/v1/calls?{query}");
        answer.IsProblem("malformed-request", 400);
        Assert.Contains($"\"pointer\":\"{pointer}\"", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CA1", "CA1")]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("a%3Fb%23c%25", "a?b#c%")]
    [InlineData("a+b", "a+b")]
    public async Task A_call_id_in_a_path_is_percent_encoded(string segment, string id)
    {
        (await Get($"/v1/calls/{segment}")).IsProblem("unknown-call", 404);
        Assert.Equal(new GetCall(CallId.Parse(id)), Calls.Asked.Single());
    }

    [Theory]
    [InlineData("a%20b")]
    [InlineData("%D7%A9")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task What_is_no_call_id_is_no_call(string segment)
    {
        (await Get($"/v1/calls/{segment}")).IsProblem("unknown-call", 404);
        (await Post($"/v1/calls/{segment}/flush")).IsProblem("unknown-call", 404);
        Assert.Empty(Calls.Asked);
    }

    [Fact]
    public async Task Database_messages_and_the_end_are_sent_to_the_call()
    {
        Assert.Equal("""{"eventId":null,"callId":"CA1","outcome":"applied","state":"live","stashed":2}""", (await Post("/v1/calls/CA1/reload")).Body);
        await Post("/v1/calls/CA1/flush");
        await Post("/v1/calls/CA1/end");
        await Post("/v1/calls/CA1/end", Content("{\"reason\":\"spam\",\"x\":1}", "application/json"));
        Assert.Equal(
            [new ReloadContext(CallId.Parse("CA1")), new FlushNow(CallId.Parse("CA1")), new CallCommands.EndCall(CallId.Parse("CA1"), null),
                new CallCommands.EndCall(CallId.Parse("CA1"), "spam")],
            Calls.Asked);
    }

    [Fact]
    public async Task A_live_call_refuses_database_messages()
    {
        Calls.OnSend = message =>
            Task.FromResult(
            new CallReply(message.CallId, null, CallOutcome.Refused, CallPhase.Live, 1, Problem: new Problem(ProblemType.LiveCall, "The call is live.")));
        (await Post("/v1/calls/CA1/reload")).IsProblem("live-call", 409);
    }

    [Theory]
    [InlineData("{", "")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    [InlineData("{\"reason\":7}", "/reason")]
    [InlineData("{\"reason\":\"\\u0000\"}", "/reason")]
    public async Task A_wrong_reason_is_refused(string body, string pointer)
    {
        var answer = await Post("/v1/calls/CA1/end", Content(body, "application/json"));
        answer.IsProblem("malformed-request", 400);
        Assert.Contains($"\"pointer\":\"{pointer}\"", answer.Body, StringComparison.Ordinal);
        Assert.Empty(Calls.Asked);
    }

    [Fact]
    public async Task Dead_letters_are_listed_and_tried_again()
    {
        Calls.Letters = new DeadLetterList(
            [new DeadLetter("5", CallId.Parse("CA1"), "{\"a\":1}", "no", "23505", new DateTimeOffset(2026, 5, 17, 10, 0, 0, TimeSpan.Zero))], null);
        Assert.Equal(
            """{"deadLetters":[{"id":"5","callId":"CA1","reason":"no","sqlState":"23505","at":"2026-05-17T10:00:00+00:00","batch":{"a":1}}]}""",
            (await Get("/v1/dead-letters?limit=5")).Body);
        Assert.Equal("""{"id":"5","outcome":"committed"}""", (await Post("/v1/dead-letters/5/retry")).Body);
        Assert.Equal([new ListDeadLetters(5), new RetryDeadLetter("5")], Calls.Asked);
        Calls.Letters = new DeadLetterList([], "secret");
        (await Get("/v1/dead-letters")).IsProblem("overloaded", 503);
        (await Get("/v1/dead-letters?limit=-1")).IsProblem("malformed-request", 400);
    }

    [Theory]
    [InlineData(DeadLetterOutcome.Unknown, "unknown-dead-letter", 404)]
    [InlineData(DeadLetterOutcome.RefusedAgain, "refused-again", 409)]
    [InlineData(DeadLetterOutcome.DatabaseAway, "overloaded", 503)]
    public async Task A_retry_that_fails_says_how(DeadLetterOutcome outcome, string problem, int status)
    {
        Calls.Retried = outcome;
        (await Post("/v1/dead-letters/5/retry")).IsProblem(problem, status);
    }

    [Fact]
    public async Task A_drain_may_have_a_deadline()
    {
        Assert.Equal("""{"draining":true,"deadlineSeconds":null}""", (await Post("/v1/drain")).Body);
        Assert.Equal("""{"draining":true,"deadlineSeconds":30}""", (await Post("/v1/drain?deadline=30s")).Body);
        (await Post("/v1/drain?deadline=soon")).IsProblem("malformed-request", 400);
        Assert.Equal([("drain", (TimeSpan?)null), ("drain", (TimeSpan?)TimeSpan.FromSeconds(30))], Calls.Asked);
    }

    [Fact]
    public async Task Readiness_says_why_it_is_degraded_and_is_503_only_where_it_is_none()
    {
        Assert.Equal((200, """{"status":"ready","reasons":[]}"""), await Ready(new Readiness(true, "ready", [])));
        Assert.Equal((200, """{"status":"degraded","reasons":["the CRM is away"]}"""), await Ready(new Readiness(true, "degraded", ["the CRM is away"])));
        Assert.Equal((503, """{"status":"draining","reasons":[]}"""), await Ready(new Readiness(false, "draining", [])));
    }

    [Theory]
    [InlineData("/v1/events", "POST")]
    [InlineData("/health/live", "GET, HEAD")]
    public async Task A_wrong_method_is_told_the_right_one(string path, string allow)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        using var response = await Client.SendAsync(request);
        var answer = await Answer.Of(response);
        answer.IsProblem("method-not-allowed", 405);
        Assert.Equal(allow, string.Join(", ", answer.ContentHeaders.Allow));
    }

    [Fact]
    public async Task A_failure_is_a_problem_without_insides()
    {
        Calls.OnGet = () => throw new InvalidOperationException("secret");
        var answer = await Get("/v1/calls/CA1");
        answer.IsProblem("failed", 500);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        Calls.OnGet = () => throw new TimeoutException();
        (await Get("/v1/calls/CA1")).IsProblem("overloaded", 503);
    }

    private async Task<(int Status, string Body)> Ready(Readiness readiness)
    {
        Calls.Readiness = readiness;
        var answer = await Get("/health/ready");
        return (answer.Status, answer.Body);
    }
}
