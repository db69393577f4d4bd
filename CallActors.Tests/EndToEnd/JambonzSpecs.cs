using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.Gateways.Jambonz;

namespace CallActors.Tests.EndToEnd;

/// <summary>jambonz before a real service process, the rows in a real CRM.</summary>
public sealed class JambonzSpecs : IAsyncLifetime
{
    private const string StatusPath = "/v1/gateways/jambonz/status";
    private const string CallPath = "/v1/gateways/jambonz/call";
    private SpecCrm _crm = null!;
    private ServiceProcess _service = null!;
    private SignedClient _jambonz = null!;
    private GatewayClient _gateway = null!;

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnSqliteAsync();
        await _crm.AddLeadAsync(await _crm.AddBusinessAsync("+97235550100"), "+972501234567", name: "דנה לוי");
        _service = await ServiceProcess.StartAsync(
            null,
            ("Database:ConnectionString", _crm.Options.ConnectionString), ("Gateway:Jambonz:Secrets", $"{SignedClient.OtherSecret},{SignedClient.Secret}"),
            ("Gateway:Jambonz:ListenUrl", "wss://agent.example/listen"));
        _jambonz = new SignedClient(_service.Address);
        _gateway = new GatewayClient(_service.Address);
    }

    public async Task DisposeAsync()
    {
        _jambonz.Dispose();
        _gateway.Dispose();
        await _service.DisposeAsync();
        await _crm.DisposeAsync();
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private Task<(int Status, string Body)> Post(string path, JsonObject body, string secret = SignedClient.Secret, DateTimeOffset? at = null)
    {
        var text = body.ToJsonString();
        return _jambonz.Post(path, text, SignedClient.Jambonz(text, at ?? Now, secret));
    }

    [Fact]
    public async Task A_call_from_its_hook_to_its_row()
    {
        var (status, body) = await Post(CallPath, JambonzCallbackSpecs.Callback("call-1", "trying"), SignedClient.OtherSecret);
        var verb = JsonNode.Parse(body)!.AsArray().Single()!;
        Assert.Equal((200, "listen", "wss://agent.example/listen", "דנה"),
            (status, (string?)verb["verb"], (string?)verb["url"], (string?)verb["metadata"]!["firstName"]));
        Assert.Equal((204, ""), await Post(StatusPath, JambonzCallbackSpecs.Callback("call-1", "in-progress")));
        Assert.Equal(204, (await Post(StatusPath, JambonzCallbackSpecs.Callback("call-1", "completed", callback => callback["duration"] = 12))).Status);
        await _gateway.UntilNoCallIsLeft();
        Assert.Equal(204, (await Post(StatusPath, JambonzCallbackSpecs.Callback("call-1", "ringing"))).Status);
        Assert.Equal("completed|12|inbound|+972501234567", await _crm.RowAsync("select status, duration, direction, from_number from call_log"));
    }

    [Fact]
    public async Task Nobody_else_is_heard_and_a_call_of_nobody_is_declined()
    {
        var callback = JambonzCallbackSpecs.Callback("call-1", "trying");
        Assert.Equal(403, (await Post(StatusPath, callback, "whsec_not_the_secret_")).Status);
        Assert.Equal(403, (await Post(StatusPath, callback, at: Now.AddMinutes(-6))).Status);
        Assert.Equal(403, (await _jambonz.Post(StatusPath, callback.ToJsonString())).Status);
        Assert.Equal(403, (await _jambonz.Post(CallPath, callback.ToJsonString(), SignedClient.Jambonz("{}", Now))).Status);
        Assert.Equal(0, (int)(await _gateway.Get("/v1/stats")).Body["events"]!["applied"]!);

        // What cannot be read is final: nobody is to send it for ever.
        Assert.Equal(204, (await Post(StatusPath, new JsonObject { ["call_sid"] = "call-1" })).Status);
        var (status, body) = await Post(CallPath, JambonzCallbackSpecs.Callback("call-2", "trying", strange => strange["to"] = "+97230000000"));
        Assert.Equal((200, """[{"verb":"sip:decline","status":404,"reason":"Not Found"}]"""), (status, body));

        // Nor can it be told of what calls nobody, and that is counted and said.
        var refused = (int)(await _gateway.Get("/v1/stats")).Body["events"]!["refused"]!;
        Assert.Equal("""[{"verb":"sip:decline","status":400,"reason":"Bad Request"}]""",
            (await Post(CallPath, JambonzCallbackSpecs.Callback("call-3", "trying", nobody => nobody.Remove("to")))).Body);
        Assert.Equal(204, (await Post(StatusPath, JambonzCallbackSpecs.Callback("call-3", "trying", nobody => nobody.Remove("to")))).Status);
        Assert.Equal(refused + 2, (int)(await _gateway.Get("/v1/stats")).Body["events"]!["refused"]!);
        await _service.UntilSaidAsync("cannot be read and is dropped: /to to: is missing; the number that was called is expected");
        await _service.UntilSaidAsync("The call is not held, and this cannot start it: /to to: is missing; the number that was called is expected");
    }

    [Theory]
    [InlineData("completed", 11)]
    [InlineData("busy", 12)]
    [InlineData("no-answer", 13)]
    [InlineData("failed", 14)]
    public async Task Callbacks_in_any_order_twice_or_lost_leave_the_same_row(string end, int seed)
    {
        var dialled = Now.AddSeconds(-60);
        var answered = end == "completed";
        await ShuffledCallbacks.LeaveTheRowsOfOrder(_crm, _service, "call", seed, answered ? 4 : 3, async (call, number) =>
        {
            var (callback, seconds) = (number, answered) switch
            {
                (0, _) => (JambonzCallbackSpecs.Callback(call, "trying"), 0),
                (1, _) => (JambonzCallbackSpecs.Callback(call, "ringing"), 2),
                (2, true) => (JambonzCallbackSpecs.Callback(call, "in-progress"), 6),
                (3, _) => (JambonzCallbackSpecs.Callback(call, "completed", body => body["duration"] = 49), 55),
                _ => (JambonzCallbackSpecs.Callback(call, end), 20),
            };
            Assert.Equal(204, (await Post(StatusPath, callback, at: dialled.AddSeconds(seconds))).Status);
        });
        Assert.Equal(end, await _crm.ScalarAsync<string>("select status from call_log where call_sid = 'call-order'"));
    }
}
