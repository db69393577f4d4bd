using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.Gateways.Twilio;
using static CallActors.Messages.CallEvents;

namespace CallActors.Tests.Host.Gateways.Callbacks;

/// <summary>More callbacks than can be served: calls that do not answer, and a bound of four.</summary>
public sealed class CallbackOverloadSpecs : TwilioFixture
{
    private const int Bound = 4;
    private const string JambonzPath = "/v1/gateways/jambonz/call";
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CallbackOverloadSpecs() => Calls.OnSend = async message =>
    {
        if (message is not Started) await _go.Task;
        return new CallReply(message.CallId, ((CallEvent)message).Header.Key.Id, CallOutcome.Applied, CallPhase.Live);
    };

    protected override (string Key, string Value)[] Settings =>
    [
        .. base.Settings,
        ("Limits:EventsInFlight", $"{Bound}"),
        ("Gateway:Jambonz:Secrets:0", SignedClient.Secret),
        ("Gateway:Jambonz:ListenUrl", "wss://agent.example.com"),
    ];

    private Task<(int Status, string? Type, string Body)> Status(int call, string status) =>
        Twilio.Post(StatusPath, TwilioClient.Callback($"CA{call:D32}", status));

    private async Task<List<Task<(int Status, string? Type, string Body)>>> Occupy(int events)
    {
        var answers = Enumerable.Range(0, events).Select(call => Status(call, "busy")).ToList();
        await Until(() => Told.Count(heard => heard is Ended) == events);
        return answers;
    }

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task From_half_of_the_bound_on_new_calls_are_busy_and_what_is_told_of_others_is_taken()
    {
        var half = await Occupy(Bound / 2);
        var before = Told.Length;
        Assert.Contains("<Reject reason=\"busy\" />", (await Twilio.Post(VoicePath, TwilioClient.Callback(Call, "ringing"))).Body, StringComparison.Ordinal);
        Assert.Equal(503, (await Status(1234, "ringing")).Status);
        Assert.Equal(before, Told.Length);

        // It tells of the start, too, but of a call that is mostly held.
        var ended = Status(1235, "no-answer");
        await Until(() => Told.Any(told => told is Ended { Status: CallStatus.NoAnswer }));
        _go.SetResult();
        Assert.All(await Task.WhenAll([.. half, ended]), answer => Assert.Equal(204, answer.Status));
    }

    [Fact]
    public async Task At_the_bound_nothing_more_is_read_and_a_call_that_comes_in_is_busy()
    {
        var taken = await Occupy(Bound);
        var before = Told.Length;
        var (status, _, problem) = await Status(1234, "completed");
        Assert.Equal(503, status);
        Assert.Contains("urn:callactors:overloaded", problem, StringComparison.Ordinal);
        Assert.Contains("<Reject reason=\"busy\" />", (await Twilio.Post(VoicePath, TwilioClient.Callback(Call, "ringing"))).Body, StringComparison.Ordinal);
        Assert.Equal(486, (int?)JsonNode.Parse((await Post(JambonzPath, Content("{}", "application/json"))).Body)![0]!["status"]);

        // Whoever waits for this body waits for ever.
        await Raw($"POST {StatusPath} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: AAAA\r\nContent-Length: 500\r\n\r\n", "urn:callactors:overloaded");
        Assert.Equal(before, Told.Length);
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        Assert.Equal(4, new PrometheusText((await Get("/metrics")).Body)["callactors_requests_turned_away_total"]);
        _go.SetResult();
        Assert.All(await Task.WhenAll(taken), answer => Assert.Equal(204, answer.Status));
        Assert.Equal(204, (await Status(1234, "completed")).Status);
    }

    [Fact]
    public async Task A_large_body_is_read_to_its_limit_whoever_sends_it()
    {
        foreach (var (length, status) in new[] { (RequestBody.Limit, 403), (RequestBody.Limit + 1, 413) })
        {
            using var content = new ByteArrayContent(new byte[length]);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded");
            Assert.Equal(status, (await Twilio.Post(StatusPath, content, "AAAA")).Status);
        }
    }

    [Theory]
    [InlineData(StatusPath, "X-Twilio-Signature")]
    [InlineData(JambonzPath, "Jambonz-Signature")]
    public async Task A_body_without_a_signature_is_not_read(string path, string header) => await Raw(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n", $"The header {header} is missing.");
}
