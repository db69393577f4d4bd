using System.Text.Json.Nodes;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using static CallActors.Messages.CallEvents;

namespace CallActors.Tests.Host.Gateways.Webhooks;

/// <summary>What a configured gateway is answered, with fake calls behind the edge.</summary>
public sealed class WebhookEndpointSpecs : GatewayFixture
{
    private const string Acme = "Gateway:Webhooks:acme";
    private static readonly Problem HasEnded = new(ProblemType.CallEnded, "The call has ended (idle, completed).");

    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override string Keys => Key;

    protected override void Add(IServiceCollection services) => services.AddSingleton<IStartupFilter>(new Ear(_hungUp));

    protected override (string Key, string Value)[] Settings =>
    [
        ($"{Acme}:Secrets:0", SignedClient.Secret), ($"{Acme}:Signature:Kind", "Bearer"),
        ($"{Acme}:Fields:CallId", "/id"), ($"{Acme}:Fields:Status", "/state"), ($"{Acme}:Fields:Direction", "/way"), ($"{Acme}:Fields:To", "/called"),
        ($"{Acme}:Fields:Duration", "/seconds"),
        ($"{Acme}:Statuses:new", "started"), ($"{Acme}:Statuses:rings", "ringing"), ($"{Acme}:Statuses:over", "completed"),
    ];

    private CallEvent[] Told => [.. Calls.Asked.OfType<CallEvent>()];

    private async Task<JsonNode> Tell(string body)
    {
        using var client = new SignedClient(Client.BaseAddress!);
        var (status, answer) = await client.Post("/v1/gateways/webhooks/acme", body, ("Authorization", $"Bearer {SignedClient.Secret}"));
        Assert.Equal(200, status);
        return JsonNode.Parse(answer)!;
    }

    /// <summary>Calls that answer so to an end and refuse everything else.</summary>
    private void TakeEnds(CallOutcome outcome) => Calls.OnSend = message => Task.FromResult(
        message is Ended && outcome != CallOutcome.Refused ? new CallReply(message.CallId, "e", outcome) : CallReply.Refuse(message.CallId, "e", HasEnded));

    [Theory]
    [InlineData(CallOutcome.Applied, "applied")]
    [InlineData(CallOutcome.Duplicate, "duplicate")]
    [InlineData(CallOutcome.Refused, "refused")]
    public async Task What_became_of_an_end_is_answered_and_not_what_became_of_the_start_and_the_answer_ahead_of_it(CallOutcome outcome, string word)
    {
        TakeEnds(outcome);
        Assert.Equal(word, (string?)(await Tell("""{"id":"c1","state":"over","way":"in","called":"+1","seconds":12}"""))["outcome"]);
        Assert.Equal(["call.started", "call.answered", "call.ended"], Told.Select(told => told.Type));
    }

    [Theory]
    [InlineData("""{"id":"c1","state":"new","way":"in"}""", "/called")]
    [InlineData("""{"id":"c1","state":"new","way":"up","called":"+1"}""", "/way")]
    [InlineData("""{"id":"c1","state":"rings"}""", "/way", "/called")]
    public async Task A_callback_that_cannot_start_its_call_is_refused_for_what_it_lacks(string body, params string[] lacking)
    {
        Calls.OnSend = message => Task.FromResult(CallReply.Refuse(message.CallId, "e", new Problem(ProblemType.UnknownCall, "There is no such call.")));
        var answer = await Tell(body);
        Assert.Equal(("refused", "urn:callactors:malformed-event"), ((string?)answer["outcome"], (string?)answer["problem"]!["type"]));
        Assert.Equal(lacking, answer["problem"]!["errors"]!.AsArray().Select(fault => (string?)fault!["pointer"]));
        Assert.DoesNotContain(Told, told => told is Started);
    }

    [Fact]
    public async Task A_call_that_is_held_needs_nobody_to_say_who_called_whom()
    {
        Assert.Equal("applied", (string?)(await Tell("""{"id":"c1","state":"new"}"""))["outcome"]);
        Assert.Equal("applied", (string?)(await Tell("""{"id":"c1","state":"over"}"""))["outcome"]);
        Assert.Equal(["gateway.heartbeat", "call.ended"], Told.Select(told => told.Type));
    }

    [Fact]
    public async Task Whatever_of_it_may_be_mended_is_told_again_though_the_end_was_taken()
    {
        Calls.OnSend = message => Task.FromResult(
            message is Answered
                ? CallReply.Refuse(message.CallId, "e", new Problem(ProblemType.Overloaded, "Not now."))
                : new CallReply(message.CallId, "e", CallOutcome.Applied));
        using var client = new SignedClient(Client.BaseAddress!);
        var (status, _) = await client.Post(
            "/v1/gateways/webhooks/acme", """{"id":"c1","state":"over","way":"in","called":"+1","seconds":12}""",
            ("Authorization", $"Bearer {SignedClient.Secret}"));
        Assert.Equal(503, status);
    }

    [Fact]
    public async Task What_a_callback_says_is_told_to_its_end_though_the_gateway_has_hung_up()
    {
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Calls.OnSend = async message =>
        {
            if (message is Started)
            {
                asked.SetResult();
                await loaded.Task;
            }

            if (message is Ended) ended.SetResult();
            return new CallReply(message.CallId, "e", CallOutcome.Applied);
        };
        using var gateway = new HttpClient { BaseAddress = Client.BaseAddress };
        using var hangsUp = new CancellationTokenSource();
        using var callback = new StringContent(
            """{"id":"c1","state":"over","way":"in","called":"+1","seconds":12}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        gateway.DefaultRequestHeaders.Authorization = new("Bearer", SignedClient.Secret);
        var answer = gateway.PostAsync(new Uri("/v1/gateways/webhooks/acme", UriKind.Relative), callback, hangsUp.Token);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await hangsUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await _hungUp.Task.WaitAsync(TimeSpan.FromSeconds(30));

        loaded.SetResult();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Hears when a request is given up by who sent it.</summary>
    private sealed class Ear(TaskCompletionSource hungUp) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, go) =>
            {
                context.RequestAborted.Register(() => hungUp.TrySetResult());
                return go(context);
            });
            next(app);
        };
    }
}
