using System.Net.WebSockets;
using CallActors.Domain;
using CallActors.Host.Gateways.Asterisk;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static CallActors.Messages.CallCommands;
using static CallActors.Messages.CallEvents;
using static CallActors.Messages.CallQueries;
using static CallActors.Tests.Fixtures.FakeAsterisk;

namespace CallActors.Tests.Host.Gateways.Asterisk;

/// <summary>A fake Asterisk on a real WebSocket, fake calls behind it.</summary>
public sealed class AriEndpointSpecs : GatewayFixture
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 17, 10, 0, 0, TimeSpan.Zero));
    private readonly LinesOf<AriEndpoint> _lines = new();

    protected override TimeProvider Time => _clock;
    protected override string Keys => Key;

    protected override (string Key, string Value)[] Settings =>
    [
        ("Gateway:Ari:Username", Username), ("Gateway:Ari:Passwords:0", OtherPassword), ("Gateway:Ari:Passwords:1", Password),
    ];

    protected override void Add(IServiceCollection services) => services.AddSingleton<ILogger<AriEndpoint>>(_lines);

    private DateTimeOffset Now => _clock.GetUtcNow();

    private CallEvent[] Told => [.. Calls.Asked.OfType<CallEvent>()];

    private async Task Until(Func<bool> condition, TimeSpan step = default)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, string.Join(", ", Calls.Asked));
            await look.WaitForNextTickAsync(CancellationToken.None);
            if (step > TimeSpan.Zero) _clock.Advance(step);
        }
    }

    private bool IsSettled => Calls.Asked.Any(asked => asked is HearGateway);

    [Fact]
    public async Task A_call_from_its_start_to_its_end()
    {
        await using var asterisk = await Connect(Client.BaseAddress!);
        await asterisk.Send(Event("StasisStart", Now, Channel("c1", Now), ("args", new System.Text.Json.Nodes.JsonArray("jobId=3"))));
        await asterisk.Send(Event("ChannelStateChange", Now, Channel("c1", Now, "Up", app: "")));
        await asterisk.Send(Event("PlaybackStarted", Now, null));
        await asterisk.Send(Event("ChannelVarset", Now, Channel("c1", Now, "Up"), ("variable", "CALLACTORS_GREETING"), ("value", "played")));
        await asterisk.Send(Event("StasisEnd", Now, Channel("c1", Now, "Up", app: "")));
        await asterisk.Send(Event("ChannelDestroyed", Now, Channel("c1", Now, "Up", app: ""), ("cause", 16), ("cause_txt", "Normal Clearing")));
        await Until(() => Told.Any(told => told is Ended));
        Assert.Equal(["call.started", "call.ringing", "call.answered", "greeting.finished", "gateway.heartbeat", "call.ended"], Told.Select(told => told.Type));
    }

    [Fact]
    public async Task Whoever_connects_is_asked_for_its_channels_and_the_difference_is_made_up()
    {
        Calls.Page = new CallPage([Held("gone"), Held("kept")], false);
        await using var asterisk = await Connect(
            Client.BaseAddress!, [Channel("kept", Now, app: "Queue"), Channel("new", Now, "Up"), Channel("foreign", Now, app: "Dial")]);
        await Until(() => IsSettled);
        Assert.Equal(["asterisk/info", "channels"], asterisk.Asked);
        Assert.Equal("gone", Calls.Asked.OfType<LoseCall>().Single().CallId.Value);
        Assert.Equal([("new", "call.started"), ("new", "call.answered")], Told.Select(told => (told.CallId.Value, told.Type)));
        Assert.Equal(Source, Calls.Asked.OfType<HearGateway>().First().Source);
    }

    [Fact]
    public async Task A_call_that_was_answered_while_nobody_listened_is_answered_wherever_its_channel_is_now()
    {
        Calls.Page = new CallPage(
            [Held("c1") with { Status = CallStatus.Ringing }, Held("c2") with { Status = CallStatus.Ringing }, Held("c3") with { Status = CallStatus.Ringing }],
            false);
        await using var asterisk = await Connect(
            Client.BaseAddress!, [Channel("c1", Now, "Up"), Channel("c2", Now, "Up", app: "Queue"), Channel("c3", Now, "Ringing")]);
        await Until(() => IsSettled);
        Assert.Equal([("c1", "call.answered"), ("c2", "call.answered")], Told.Select(told => (told.CallId.Value, told.Type)).Order());
    }

    /// <summary>A call that is held, and was heard of since the last list.</summary>
    private async Task Hear(FakeAsterisk asterisk, string call)
    {
        await Until(() => IsSettled);
        Calls.Page = new CallPage([Held(call)], false);
        await asterisk.Send(Event("ChannelDtmfReceived", Now.AddMinutes(-10), Channel(call, Now, "Up"), ("digit", "1")));
    }

    [Fact]
    public async Task A_call_that_was_just_heard_of_is_not_ended_by_the_next_list_but_by_the_one_after_it()
    {
        await using var asterisk = await Connect(Client.BaseAddress!);
        await Hear(asterisk, "c1");
        await Until(() => Told.Length == 1);
        var asked = asterisk.Asked.Count(uri => uri == "channels");
        await Until(() => Calls.Asked.Any(lost => lost is LoseCall), TimeSpan.FromSeconds(5));
        Assert.InRange(asterisk.Asked.Count(uri => uri == "channels"), asked + 2, asked + 10);
    }

    [Fact]
    public async Task A_call_whose_end_was_heard_is_left_to_the_next_list()
    {
        await using var asterisk = await Connect(Client.BaseAddress!);
        await Hear(asterisk, "c1");
        await asterisk.Send(Event("ChannelDestroyed", Now.AddMinutes(-10), Channel("c1", Now, "Up", app: ""), ("cause", 16), ("cause_txt", "Normal Clearing")));
        await Until(() => Told.Any(told => told is Ended));
        await Until(() => Calls.Asked.Any(lost => lost is LoseCall), TimeSpan.FromSeconds(5));
        var compared = Calls.Asked.SkipWhile(told => told is not Ended).SkipWhile(told => told is not ListCalls);
        Assert.IsType<LoseCall>(compared.ElementAt(1));
    }

    [Fact]
    public async Task An_Asterisk_that_answers_nothing_is_asked_less_and_less_often_and_set_right_when_it_does()
    {
        Calls.Page = new CallPage([Held("gone")], false);
        await using var asterisk = await Connect(Client.BaseAddress!, refusing: true);
        var begun = Now;
        await Until(() => Now - begun >= TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1));
        Assert.InRange(asterisk.Asked.Count, 5, 20);

        // What it tells of is alive all the same.
        await asterisk.Send(Event("ChannelDtmfReceived", Now, Channel("c1", Now, "Up"), ("digit", "1")));
        await Until(() => Told.Count(told => told is Heartbeat { Header.Key.Source: Source } && told.CallId.Value == "c1") > 3, TimeSpan.FromSeconds(10));
        asterisk.RefusesRequests = false;
        await Until(() => IsSettled, TimeSpan.FromSeconds(1));
        Assert.Equal("gone", Calls.Asked.OfType<LoseCall>().Single().CallId.Value);
    }

    [Theory]
    [InlineData("[5]", "5 in the place of a channel")]
    [InlineData("""[{"id":"c1","name":"PJSIP/1"},{"name":"PJSIP/2"}]""", "nothing in the place of a channel's id")]
    public async Task A_list_with_an_entry_that_is_no_channel_ends_nothing_and_is_asked_for_again(string list, string fault)
    {
        Calls.Page = new CallPage([Held("gone")], false);
        await using var asterisk = await Connect(Client.BaseAddress!, list: list);
        var said = new List<string>();
        await Until(
            () =>
            {
                said.AddRange(_lines.Take());
                return said.Exists(line =>
                    line.StartsWith($"Asterisk answered {fault} to GET channels; what is live there is not known.", StringComparison.Ordinal));
            },
            TimeSpan.FromSeconds(1));
        var asked = asterisk.Asked.Count;
        await Until(() => asterisk.Asked.Count > asked + 1, TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(Calls.Asked, told => told is LoseCall or HearGateway);
        asterisk.List = null;
        await Until(() => IsSettled, TimeSpan.FromSeconds(1));
        Assert.Equal("gone", Assert.Single(Calls.Asked.OfType<LoseCall>().Select(lost => lost.CallId.Value).Distinct()));
    }

    [Fact]
    public async Task A_channel_whose_id_is_no_call_s_is_none_of_the_calls_and_keeps_no_list_from_being_read()
    {
        Calls.Page = new CallPage([Held("gone")], false);
        await using var asterisk = await Connect(Client.BaseAddress!, [Channel(new string('1', 65), Now)]);
        await Until(() => IsSettled);
        Assert.Equal("gone", Calls.Asked.OfType<LoseCall>().Single().CallId.Value);
        Assert.Empty(Told);
    }

    [Fact]
    public async Task While_it_is_connected_its_calls_are_alive()
    {
        await using var asterisk = await Connect(Client.BaseAddress!);
        await Until(() => IsSettled);
        var begun = Now;
        await Until(() => Calls.Asked.OfType<HearGateway>().Count() >= 5, TimeSpan.FromSeconds(5));
        Assert.InRange(Now - begun, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
        var asked = asterisk.Asked.Count(uri => uri == "channels");
        Assert.InRange(asked, 2, 10);
    }

    [Fact]
    public async Task What_is_not_taken_now_is_told_again_and_the_call_waits_for_it()
    {
        var refused = 0;
        Calls.OnSend = message => Task.FromResult(message is Started && refused++ < 2
            ? CallReply.Refuse(message.CallId, "e", new Problem(ProblemType.Overloaded, "away"))
            : new CallReply(message.CallId, "e", CallOutcome.Applied));
        await using var asterisk = await Connect(Client.BaseAddress!);
        await asterisk.Send(Event("StasisStart", Now, Channel("c1", Now, "Down"), ("args", new System.Text.Json.Nodes.JsonArray())));
        await asterisk.Send(Event("ChannelDestroyed", Now, Channel("c1", Now, "Down", app: ""), ("cause", 17), ("cause_txt", "User busy")));
        await Until(() => Told.Any(told => told is Ended), TimeSpan.FromMilliseconds(200));
        Assert.Equal(["call.started", "call.started", "call.started", "call.ended"], Told.Select(told => told.Type));
    }

    [Theory]
    [InlineData("no JSON", WebSocketMessageType.Text, WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("[]", WebSocketMessageType.Text, WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("{}", WebSocketMessageType.Binary, WebSocketCloseStatus.InvalidMessageType)]
    public async Task What_is_no_frame_of_ARI_ends_the_connection(string frame, WebSocketMessageType type, WebSocketCloseStatus status)
    {
        await using var asterisk = await Connect(Client.BaseAddress!);
        await asterisk.Send(frame, type);
        Assert.Equal(status, await asterisk.UntilClosed());
    }

    [Fact]
    public async Task A_name_that_is_no_Unicode_text_ends_nothing_wherever_it_stands()
    {
        const string strange = ",\"\\ud800aaaaaaaaaaaaaaaaaaaaaaaa\":1}";
        await using var asterisk = await Connect(Client.BaseAddress!);
        var channel = Channel("c1", Now);
        channel["channelvars"] = new System.Text.Json.Nodes.JsonObject { ["CALLACTORS_JOBID"] = "3" };
        await asterisk.Send(Event("StasisStart", Now, channel).ToJsonString().Replace("}", strange, StringComparison.Ordinal));
        await Until(() => Told.Length == 2);
        Assert.Equal(3, ((Started)Told[0]).Start.JobId!.Value.Value);
    }

    [Fact]
    public async Task So_does_a_frame_beyond_measure()
    {
        await using var asterisk = await Connect(Client.BaseAddress!);
        await asterisk.Send(new string(' ', (16 * 1024 * 1024) + 1));
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await asterisk.UntilClosed());
    }

    [Fact]
    public async Task A_service_that_stops_says_so()
    {
        await using var asterisk = await Connect(Client.BaseAddress!);
        await Until(() => IsSettled);
        await Stop();
        Assert.Equal(1012, (int?)await asterisk.UntilClosed());
    }

    [Fact]
    public async Task The_password_of_before_opens_it_too()
    {
        await using var asterisk = await Connect(Client.BaseAddress!, authorization: Basic(Username, OtherPassword));
        await Until(() => IsSettled);
    }

    [Theory]
    [InlineData("Bearer 0123456789abcdef")]
    [InlineData("Basic !")]
    [InlineData("Basic Z3cx")]
    [InlineData("Basic Z3cxOnBhc3N3b3Jk")]
    [InlineData("Basic b3RoZXI6cGFzc3dvcmQtb2YtYXN0ZXJpc2s=")]
    public async Task Nobody_else_opens_it(string authorization)
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => Connect(Client.BaseAddress!, authorization: authorization));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_handshake_or_the_subprotocol_it_is_refused()
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => Connect(Client.BaseAddress!, protocol: "mqtt"));
        Assert.Contains("400", refused.Message, StringComparison.Ordinal);
        (await Get("/v1/gateways/ari")).IsProblem("signature-refused", 403);
        Client.DefaultRequestHeaders.Add("Authorization", Basic(Username, Password));
        (await Get("/v1/gateways/ari")).AsksForHandshake();
    }

    private CallSummary Held(string id) =>
        new(CallId.Parse(id), CallPhase.Live, CallDirection.Inbound, "", "+1", Now.AddMinutes(-1), null, null)
        {
            Source = Source,
            LastEventAt = Now.AddMinutes(-1)
        };
}
