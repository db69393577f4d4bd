using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.Gateways.Webhooks;

namespace CallActors.Tests.EndToEnd;

/// <summary>Gateways that are nothing but configuration, the shipped one, before a real service process.</summary>
public sealed class WebhookSpecs : IAsyncLifetime
{
    private static readonly DateTimeOffset Dialled = new(2026, 5, 17, 10, 0, 0, TimeSpan.Zero);
    private readonly byte[] _privateKey = RandomNumberGenerator.GetBytes(32);
    private DirectoryInfo _folder = null!;
    private SpecCrm _crm = null!;
    private ServiceProcess _service = null!;
    private SignedClient _client = null!;
    private GatewayClient _gateway = null!;

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnSqliteAsync();
        await _crm.AddLeadAsync(await _crm.AddBusinessAsync("+97235550100"), "+972501234567", name: "דנה לוי");

        // Beside the service as an operator puts them there, in one file; the secrets come from the environment.
        _folder = Directory.CreateTempSubdirectory("callactors-webhooks-");
        var options = new System.Text.Json.JsonDocumentOptions { CommentHandling = System.Text.Json.JsonCommentHandling.Skip };
        var webhooks = new JsonObject();
        foreach (var name in new[] { "telnyx", "vonage", "signalwire" })
        {
            var example = JsonNode.Parse(
                await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "examples", $"{name}.json")), documentOptions: options)!;
            webhooks[name] = example["CallActors"]!["Gateway"]!["Webhooks"]![name]!.DeepClone();
        }

        var settings = new JsonObject { ["CallActors"] = new JsonObject { ["Gateway"] = new JsonObject { ["Webhooks"] = webhooks } } };
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "appsettings.json"), settings.ToJsonString());
        _service = await ServiceProcess.StartAsync(
            _folder.FullName,
            ("Database:ConnectionString", _crm.Options.ConnectionString),
            ("Gateway:Webhooks:telnyx:PublicKeys:0", SignedClient.PublicKeyOf(_privateKey)),
            ("Gateway:Webhooks:telnyx:Fields:Direction", "inbound"),
            ("Gateway:Webhooks:vonage:Secrets:0", SignedClient.Secret),
            ("Gateway:Webhooks:vonage:Secrets:1", SignedClient.OtherSecret),
            ("Gateway:Webhooks:signalwire:Secrets:0", SignedClient.Secret));
        _client = new SignedClient(_service.Address);
        _gateway = new GatewayClient(_service.Address);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        _gateway.Dispose();
        await _service.DisposeAsync();
        await _crm.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private async Task<string> Outcome(string name, string body, params (string, string)[] headers)
    {
        var (status, answer) = await _client.Post($"/v1/gateways/webhooks/{name}", body, headers);
        return status == 200 ? (string)JsonNode.Parse(answer)!["outcome"]! : $"{status}";
    }

    private Task<string> Telnyx(string body, byte[]? key = null) => Outcome("telnyx", body, SignedClient.Telnyx(body, Now, key ?? _privateKey));

    private Task<string> Vonage(string body, string secret = SignedClient.Secret) => Outcome("vonage", body, SignedClient.Vonage(body, Now, secret));

    private Task<string> SignalWire(string body, string secret = SignedClient.Secret) =>
        Outcome("signalwire", body, SignedClient.SignalWire(body, "https://calls.example.com/v1/gateways/webhooks/signalwire", secret));

    [Fact]
    public async Task Telnyx_is_known_by_its_public_key()
    {
        var answered = WebhookCallbackSpecs.TelnyxBody("leg-1", "call.answered", "e-1");
        Assert.Equal("403", await Telnyx(answered, RandomNumberGenerator.GetBytes(32)));
        Assert.Equal("403", await Outcome("telnyx", answered));
        Assert.Equal("applied", await Telnyx(answered));
        Assert.Equal("duplicate", await Telnyx(answered));
        Assert.Equal("ignored", await Telnyx(WebhookCallbackSpecs.TelnyxBody("leg-1", "call.playback.started", "e-2")));
        Assert.Equal("applied", await Telnyx(WebhookCallbackSpecs.TelnyxBody("leg-1", "call.hangup", "e-3", "normal_clearing", "2024-03-15T07:42:09.931675Z")));
        await _gateway.UntilNoCallIsLeft();
        Assert.Equal("refused", await Telnyx(WebhookCallbackSpecs.TelnyxBody("leg-1", "call.answered", "e-4")));
        Assert.Equal("completed|60|inbound", await _crm.RowAsync("select status, duration, direction from call_log where call_sid = 'leg-1'"));
        var callbacks = (await _gateway.Get("/v1/stats")).Body["callbacks"]!;
        Assert.Equal((2, 1), ((int)callbacks["forged"]!, (int)callbacks["ignored"]!));
    }

    [Fact]
    public async Task Vonage_tells_two_ends_of_a_call_and_the_first_that_says_why_counts()
    {
        Assert.Equal("403", await Vonage(WebhookCallbackSpecs.VonageBody("uuid-1", "started", Dialled), "whsec_not_the_secret_"));
        Assert.Equal("applied", await Vonage(WebhookCallbackSpecs.VonageBody("uuid-1", "started", Dialled), SignedClient.OtherSecret));
        Assert.Equal("applied", await Vonage(WebhookCallbackSpecs.VonageBody("uuid-1", "busy", Dialled.AddSeconds(5))));
        Assert.Contains(await Vonage(WebhookCallbackSpecs.VonageBody("uuid-1", "completed", Dialled.AddSeconds(5), "0")), new[] { "refused", "applied" });
        await _gateway.UntilNoCallIsLeft();
        Assert.Equal("busy|+972501234567", await _crm.RowAsync("select status, from_number from call_log where call_sid = 'uuid-1'"));
    }

    [Fact]
    public async Task What_cannot_be_mended_is_final_and_says_why()
    {
        var (status, body) = await _client.Post(
            "/v1/gateways/webhooks/signalwire", "[]", SignedClient.SignalWire("[]", "https://calls.example.com/v1/gateways/webhooks/signalwire"));
        Assert.Equal((200, "refused", "urn:callactors:malformed-event"),
            (status, (string?)JsonNode.Parse(body)!["outcome"], (string?)JsonNode.Parse(body)!["problem"]!["type"]));
        Assert.Equal("403", await SignalWire(WebhookCallbackSpecs.SignalWireBody("call-1", "created"), "whsec_not_the_secret_"));
        await _gateway.Post("/v1/drain");
        Assert.Equal("503", await SignalWire(WebhookCallbackSpecs.SignalWireBody("call-1", "created")));
        Assert.Equal(404, (await _client.Post("/v1/gateways/webhooks/nobody", "{}")).Status);
    }

    [Fact]
    public Task Vonages_callbacks_in_any_order_twice_or_lost_leave_the_same_row() =>
        ShuffledCallbacks.LeaveTheRowsOfOrder(_crm, _service, "uuid", 21, 4, async (call, number) =>
    {
        var body = number switch
        {
            0 => WebhookCallbackSpecs.VonageBody(call, "started", Dialled),
            1 => WebhookCallbackSpecs.VonageBody(call, "ringing", Dialled.AddSeconds(2)),
            2 => WebhookCallbackSpecs.VonageBody(call, "answered", Dialled.AddSeconds(6)),
            _ => WebhookCallbackSpecs.VonageBody(call, "completed", Dialled.AddSeconds(55), "49"),
        };
        Assert.Contains(await Vonage(body), new[] { "applied", "duplicate", "refused" });
    });

    [Fact]
    public Task Telnyxs_callbacks_in_any_order_twice_or_lost_leave_the_same_row() =>
        ShuffledCallbacks.LeaveTheRowsOfOrder(_crm, _service, "leg", 22, 2, async (call, number) =>
    {
        var body = number == 0
            ? WebhookCallbackSpecs.TelnyxBody(call, "call.initiated", "e-0")
            : WebhookCallbackSpecs.TelnyxBody(call, "call.hangup", "e-1", "user_busy", "2024-03-15T07:41:19.931675Z");
        Assert.Contains(await Telnyx(body), new[] { "applied", "duplicate", "refused" });
    });

    [Fact]
    public Task SignalWires_callbacks_in_any_order_twice_or_lost_leave_the_same_row() =>
        ShuffledCallbacks.LeaveTheRowsOfOrder(_crm, _service, "sw", 23, 3, async (call, number) =>
    {
        var body = number switch
        {
            0 => WebhookCallbackSpecs.SignalWireBody(call, "created"),
            1 => WebhookCallbackSpecs.SignalWireBody(call, "ringing"),
            _ => WebhookCallbackSpecs.SignalWireBody(call, "ended", "noAnswer"),
        };
        Assert.Contains(await SignalWire(body), new[] { "applied", "duplicate", "refused" });
    });
}
