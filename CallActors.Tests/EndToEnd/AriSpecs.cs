using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;
using static CallActors.Tests.Fixtures.FakeAsterisk;

namespace CallActors.Tests.EndToEnd;

/// <summary>A fake Asterisk before a real service process, the rows in a real CRM.</summary>
public sealed class AriSpecs : IAsyncLifetime
{
    private SpecCrm _crm = null!;
    private ServiceProcess _service = null!;
    private GatewayClient _gateway = null!;

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnSqliteAsync();
        await _crm.AddLeadAsync(await _crm.AddBusinessAsync("+97235550100"), "+972501234567", name: "דנה לוי");
        _service = await ServiceProcess.StartAsync(
            null, ("Database:ConnectionString", _crm.Options.ConnectionString), ("Gateway:Ari:Username", Username), ("Gateway:Ari:Passwords", Password));
        _gateway = new GatewayClient(_service.Address);
    }

    public async Task DisposeAsync()
    {
        _gateway.Dispose();
        await _service.DisposeAsync();
        await _crm.DisposeAsync();
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>The events of a call whose channel stays in the application to its end.</summary>
    private static JsonObject[] CallOf(string id, DateTimeOffset at, int cause, string last) =>
    [
        Event("StasisStart", at, Channel(id, at), ("args", new JsonArray())),
        Event("ChannelStateChange", at.AddSeconds(5), Channel(id, at, last)),
        Event("ChannelDtmfReceived", at.AddSeconds(6), Channel(id, at, last), ("digit", "1"), ("duration_ms", 100)),
        Event("ChannelDestroyed", at.AddSeconds(50), Channel(id, at, last), ("cause", cause), ("cause_txt", "x")),
    ];

    private async Task<string> EndOf(string call)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await _crm.ScalarAsync<long>(
            $"select count(*) from call_log where call_sid = '{call}' and status not in ('initiated', 'ringing', 'in-progress')") == 0)
            await look.WaitForNextTickAsync(patience.Token);
        return await _crm.RowAsync($"select business_id, lead_id, from_number, to_number, direction, status from call_log where call_sid = '{call}'");
    }

    [Theory]
    [InlineData(16, "Up", "completed", 21)]
    [InlineData(17, "Ringing", "busy", 22)]
    [InlineData(19, "Ringing", "no-answer", 23)]
    [InlineData(127, "Ring", "canceled", 24)]
    public async Task Events_in_any_order_twice_or_lost_lead_to_the_same_end(int cause, string last, string status, int seed)
    {
        await using var asterisk = await Connect(_service.Address);
        var at = Now.AddSeconds(-60);
        foreach (var told in CallOf("in-order", at, cause, last)) await asterisk.Send(told);
        var expected = await EndOf("in-order");
        Assert.Contains(status, expected, StringComparison.Ordinal);

        var random = new Random(seed);
        for (var number = 0; number < 24; number++)
        {
            var call = $"call-{number:00}";
            var script = CallOf(call, at, cause, last).Where((_, i) => i == 3 || random.Next(2) == 0)
                .SelectMany(told => Enumerable.Repeat(told, 1 + random.Next(3))).ToArray();
            random.Shuffle(script);
            foreach (var told in script) await asterisk.Send(told);
        }

        for (var number = 0; number < 24; number++) Assert.Equal(expected, await EndOf($"call-{number:00}"));
        await _gateway.UntilNoCallIsLeft();
        Assert.Equal(25, await _crm.ScalarAsync<long>("select count(*) from call_log"));
    }

    [Fact]
    public async Task What_was_missed_between_two_connections_is_made_up()
    {
        var at = Now.AddSeconds(-60);
        await using (var asterisk = await Connect(_service.Address))
        {
            foreach (var told in CallOf("kept", at, 16, "Up").Take(2).Concat(CallOf("gone", at, 16, "Up").Take(2))) await asterisk.Send(told);
            await UntilLive("gone", "kept");
            asterisk.Cut();
        }

        await using var again = await Connect(_service.Address, [Channel("kept", at, "Up"), Channel("new", at, "Up")]);
        await UntilLive("kept", "new");
        await EndOf("gone");
        foreach (var call in new[] { "kept", "new" }) await again.Send(CallOf(call, at, 16, "Up")[3]);
        Assert.Equal(await EndOf("kept"), await EndOf("new"));
        await _gateway.UntilNoCallIsLeft();
    }

    private async Task UntilLive(params string[] calls)
    {
        using var http = new HttpClient { BaseAddress = _service.Address };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var list = JsonNode.Parse(await http.GetStringAsync(new Uri("/v1/calls", UriKind.Relative), patience.Token))!["calls"]!.AsArray();
            if (calls.SequenceEqual(list.Where(call => (string?)call!["state"] != "flushing").Select(call => (string)call!["callId"]!)
                .Order(StringComparer.Ordinal))) return;
            await look.WaitForNextTickAsync(patience.Token);
        }
    }
}
