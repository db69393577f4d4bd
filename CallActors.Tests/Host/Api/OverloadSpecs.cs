using System.Text.Json.Nodes;
using CallActors.Domain;
using CallActors.Host.Gateways.WebSockets;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace CallActors.Tests.Host.Api;

/// <summary>More events than can be served, over real sockets: calls that do not answer, and a bound of four.</summary>
public sealed class OverloadSpecs : GatewayFixture
{
    private const int Bound = 4;
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OverloadSpecs() => Calls.OnSend = async message =>
    {
        await _go.Task;
        return new CallReply(message.CallId, ((CallEvents.CallEvent)message).Header.Key.Id, CallOutcome.Applied, CallPhase.Live);
    };

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    protected override void Add(IServiceCollection services) => services.AddSingleton(new SocketLimits { ClosePatience = Patience, StopPatience = Patience });

    protected override (string Key, string Value)[] Settings => [("Limits:EventsInFlight", $"{Bound}")];

    private static JsonObject Noted(string id) => GatewayClient.Event("CA-1", "call.noted", new { summary = "x" }, id);

    private static JsonObject Start(string call) =>
        GatewayClient.Event(call, "call.started", new { direction = "inbound", from = "+972541111111", to = "+97231111111" });

    private Task<Answer> Tell(JsonObject told) => Post("/v1/events", Structured(told.ToJsonString()));

    private async Task<List<Task<Answer>>> Occupy(int events)
    {
        var before = Calls.Asked.Count;
        var told = Enumerable.Range(0, events).Select(i => Tell(Noted($"o-{i}"))).ToList();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Calls.Asked.Count < before + events)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return told;
    }

    [Fact]
    public async Task From_half_of_the_bound_on_new_calls_are_refused_and_events_of_calls_are_not()
    {
        var half = await Occupy(Bound / 2);
        var refused = await Tell(Start("CA-2"));
        refused.IsProblem("overloaded", 503);
        Assert.NotNull(refused.Headers.RetryAfter);
        await using var gateway = await SocketGateway.ConnectAsync(Client.BaseAddress!);
        Assert.Equal("urn:callactors:overloaded", (string?)(await gateway.Tell(Start("CA-3")))["problem"]!["type"]);
        var taken = await Occupy(1);
        _go.SetResult();
        Assert.All(await Task.WhenAll([.. half, .. taken]), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(200, (await Tell(Start("CA-2"))).Status);
    }

    [Fact]
    public async Task Starts_that_wait_do_not_keep_out_events_of_calls()
    {
        var waiting = Enumerable.Range(0, Bound).Select(i => Tell(Start($"CA-{i}"))).ToList();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Calls.Asked.Count < Bound)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        (await Tell(Start("CA-9"))).IsProblem("overloaded", 503);
        await Occupy(1);
        _go.SetResult();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(200, answer.Status));
    }

    [Fact]
    public async Task At_the_bound_HTTP_is_refused_before_its_body_is_read()
    {
        var taken = await Occupy(Bound);

        // Whoever waits for this body waits for ever.
        await Raw("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cloudevents+json\r\nContent-Length: 500\r\n\r\n",
            "urn:callactors:overloaded");
        Assert.Equal(200, (await Get("/v1/stats")).Status);
        Assert.Equal(1, new PrometheusText((await Get("/metrics")).Body)["callactors_requests_turned_away_total"]);
        _go.SetResult();
        Assert.All(await Task.WhenAll(taken), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(200, (await Tell(Noted("e-1"))).Status);
    }

    [Fact]
    public async Task At_the_bound_a_socket_is_not_read_and_is_read_on_when_there_is_room()
    {
        await Occupy(Bound);
        await using var gateway = await SocketGateway.ConnectAsync(Client.BaseAddress!);
        for (var i = 0; i < 50; i++) await gateway.Send(Noted($"e-{i}"));
        Assert.Equal(200, (await Get("/v1/stats")).Status);
        Assert.Equal(Bound, Calls.Asked.Count);
        _go.SetResult();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"e-{i}"), (await gateway.Receive(50)).Select(reply => (string)reply["data"]!["eventId"]!));
    }

    [Fact]
    public async Task A_socket_that_is_held_back_by_the_bound_is_closed_all_the_same_when_the_service_stops()
    {
        await Occupy(Bound);
        await using var gateway = await SocketGateway.ConnectAsync(Client.BaseAddress!);
        await gateway.Send(Noted("e-1"));
        var stopping = Stop();
        var (code, replies) = await gateway.UntilClosed();
        Assert.Equal((1012, 0), (code, replies.Count));
        _go.SetResult();

        // It was read to its end and not given up: that would cut a peer who has not come to the close yet.
        await stopping.WaitAsync(Patience / 2);
    }
}
