using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>What a real service tells Prometheus, held against what it tells an operator.</summary>
public sealed class MetricsSpecs
{
    private const string Waits = "callactors_event_reply_duration_seconds_count";
    private static readonly string[] States = ["loading", "greeting", "live", "flushing"];

    internal static async Task<PrometheusText> Scrape(Uri service, string? key = null)
    {
        using var http = new HttpClient { BaseAddress = service };
        if (key is { }) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return new PrometheusText(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
    }

    private static JsonObject Start(string call) =>
        GatewayClient.Event(call, "call.started", new { direction = "inbound", from = "+972541111111", to = "+97235550100" });

    private static bool Flag(JsonNode? value) => (bool)value!;

    /// <summary>Every figure of the contract's, where nothing happens between the two answers.</summary>
    private static void AssertSame(JsonNode stats, PrometheusText scrape)
    {
        var expected = new Dictionary<string, double>
        {
            ["callactors_oldest_flush_seconds{}"] = (double)stats["oldestFlushSeconds"]!,
            ["callactors_dead_letters{}"] = (double)stats["deadLetters"]!,
            ["callactors_live_call_refusals_total{}"] = (double)stats["refusals"]!,
            ["callactors_database_available{}"] = Flag(stats["database"]!["available"]) ? 1 : 0,
            ["callactors_journal_available{}"] = Flag(stats["journal"]!["available"]) ? 1 : 0,
            ["callactors_forged_callbacks_total{}"] = (double)stats["callbacks"]!["forged"]!,
            ["callactors_ignored_callbacks_total{}"] = (double)stats["callbacks"]!["ignored"]!,
        };
        foreach (var state in States) expected[$"callactors_calls{{state={state}}}"] = (double)stats[state]!;
        foreach (var (outcome, events) in stats["events"]!.AsObject()) expected[$"callactors_events_total{{outcome={outcome}}}"] = (double)events!;
        foreach (var (phase, statements) in stats["database"]!["statements"]!.AsObject())
            expected[$"callactors_database_statements_total{{phase={phase}}}"] = (double)statements!;
        expected["callactors_database_statements_total{phase=upkeep}"] = (double)stats["database"]!["upkeep"]!["statements"]!;
        expected["callactors_database_time_seconds_total{phase=upkeep}"] = (double)stats["database"]!["upkeep"]!["milliseconds"]! / 1000;
        foreach (var (phase, time) in stats["database"]!["milliseconds"]!.AsObject())
            expected[$"callactors_database_time_seconds_total{{phase={phase}}}"] = (double)time! / 1000;
        var told = scrape.Samples.ToDictionary(sample => sample.Series, sample => sample.Value);
        Assert.All(expected,
            figure => Assert.True(told.TryGetValue(figure.Key, out var value) && Math.Abs(value - figure.Value) < 1e-5,
            $"{figure.Key}: {figure.Value}, told {told.GetValueOrDefault(figure.Key, double.NaN)}"));
    }

    [Fact]
    public async Task Every_figure_of_the_stats_is_there_and_each_event_is_measured_whatever_brought_it()
    {
        const string key = "0123456789abcdef";
        await using var service = await ServiceProcess.StartAsync(
            null, ("Gateway:ApiKeys", key), ("Gateway:Twilio:PublicUrl", TwilioClient.PublicUrl), ("Gateway:Twilio:AuthTokens", TwilioClient.Token));
        using var gateway = new GatewayClient(service.Address, key);
        foreach (var call in new[] { "CA-1", "CA-2", "CA-3" }) Assert.Equal("applied", (await gateway.Tell(Start(call))).Outcome);
        var greeted = GatewayClient.Event("CA-1", "greeting.finished");
        Assert.Equal("applied", (await gateway.Tell(greeted)).Outcome);
        Assert.Equal("duplicate", (await gateway.Tell(greeted)).Outcome);
        Assert.Equal("live-call", (await gateway.Post("/v1/calls/CA-1/reload")).Problem);
        Assert.Equal("unknown-call", (await gateway.Tell(GatewayClient.Event("CA-9", "call.answered"))).Problem);
        await using (var socket = await SocketGateway.ConnectAsync(service.Address, key))
        {
            await socket.Send(GatewayClient.Event("CA-2", "call.answered"));
            await socket.Send("no event");
            await socket.Receive(2);
            Assert.Equal(1, (await Scrape(service.Address, key)).Sum("kestrel_upgraded_connections"));
        }

        using var twilio = new TwilioClient(service.Address, TwilioClient.Token);
        var rings = TwilioClient.Callback("CA-3", "in-progress");
        Assert.Equal(204, (await twilio.Post("/v1/gateways/twilio/status", rings)).Status);
        Assert.Equal(403, (await twilio.Post("/v1/gateways/twilio/status", rings, signature: "AAAA")).Status);

        // The adapter tells the call's start again, and that it was answered.
        var first = await Scrape(service.Address, key);
        AssertSame((await gateway.Get("/v1/stats")).Body, first);
        Assert.Equal(
            (3, 1, 2), (first.Sum("callactors_calls"), first["callactors_calls", ("state", "live")], first["callactors_calls", ("state", "greeting")]));
        Assert.Equal((1, 1, 0),
            (first["callactors_forged_callbacks_total"], first["callactors_live_call_refusals_total"],
            first["callactors_database_statements_total", ("phase", "live")]));
        Assert.Equal((1, 1),
            (first["callactors_event_refusals_total", ("problem", "unknown-call")], first["callactors_event_refusals_total", ("problem", "malformed-event")]));
        Assert.Equal((4, 6), (first[Waits, ("kind", "start")], first[Waits, ("kind", "event")]));
        Assert.Equal(first.Sum("callactors_events_total"), first.Sum(Waits));
        Assert.Equal(first["callactors_events_total", ("outcome", "refused")], first.Sum("callactors_event_refusals_total"));
        Assert.Equal((8, 1), (first["callactors_partitions"], first["callactors_build_info"]));

        foreach (var call in new[] { "CA-1", "CA-2", "CA-3" }) await gateway.Tell(GatewayClient.Event(call, "call.ended", new { status = "completed" }));
        await gateway.UntilNoCallIsLeft();
        var second = await Scrape(service.Address, key);
        AssertSame((await gateway.Get("/v1/stats")).Body, second);
        Assert.Equal((0, first.Sum(Waits) + 3), (second.Sum("callactors_calls"), second.Sum(Waits)));
        Assert.True(second["callactors_database_transactions_total", ("phase", "flush")] >= 1);
        var before = first.Families.Where(family =>
            family.Value.Type is "counter" or "histogram"
            && family.Key.StartsWith("callactors_", StringComparison.Ordinal)).SelectMany(family => family.Value.Samples);
        var after = second.Samples.ToDictionary(sample => sample.Series, sample => sample.Value);
        Assert.All(before, sample => Assert.True(after[sample.Series] >= sample.Value, $"{sample.Series} was {sample.Value} and is {after[sample.Series]}"));
        Assert.DoesNotContain("CA-", string.Join('\n', second.Samples.Select(sample => sample.Series)), StringComparison.Ordinal);
    }
}

/// <summary>What a service tells whose CRM is gone.</summary>
public sealed class MetricsAwaySpecs(PrivatePostgres server) : IClassFixture<PrivatePostgres>, IAsyncLifetime
{
    private SpecCrm _crm = null!;

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnAsync(server);
        await _crm.AddBusinessAsync(CrashedCalls.Number);
    }

    public async Task DisposeAsync()
    {
        await server.MendAsync();
        await _crm.DisposeAsync();
    }

    [Theory]
    [InlineData(Outage.Stopped)]
    [InlineData(Outage.Frozen)]
    public async Task A_scrape_is_answered_while_the_CRM_is_away_and_says_so(Outage outage)
    {
        var away = await CrmOutage.OfAsync(server, _crm);
        await using var service = await ServiceProcess.StartAsync(
            null, ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", away.ConnectionString), ("Timeouts:Load", "1s"));
        using var gateway = new GatewayClient(service.Address);
        var calls = new CrashedCalls(_crm, () => service.Address, "CA");
        foreach (var told in new[] { calls.StartOf(0) }.Concat(calls.TalkOf(0))) Assert.Equal("applied", (await gateway.Tell(told)).Outcome);
        var there = await MetricsSpecs.Scrape(service.Address);
        Assert.Equal(
            (1, 1, 0), (there["callactors_database_available"], there["callactors_calls", ("state", "live")], there["callactors_minimal_contexts_total"]));

        await away.BeginAsync(outage);
        PrometheusText scrape;
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30)))
        {
            do
            {
                limit.Token.ThrowIfCancellationRequested();
                var began = TimeProvider.System.GetTimestamp();
                scrape = await MetricsSpecs.Scrape(service.Address);
                var took = TimeProvider.System.GetElapsedTime(began);
                Assert.True(took < TimeSpan.FromSeconds(5), $"a scrape took {took}");
            }
            while (scrape["callactors_database_available"] > 0);
        }

        Assert.Equal("minimal", (string?)(await gateway.Tell(calls.StartOf(1))).Body["context"]!["source"]);
        await gateway.Tell(calls.EndOf(0));
        scrape = await MetricsSpecs.Scrape(service.Address);
        Assert.Equal((0, 1, 0),
            (scrape["callactors_database_available"], scrape["callactors_journal_available"],
            scrape["callactors_database_statements_total", ("phase", "live")]));
        Assert.Equal((1, 1), (scrape["callactors_minimal_contexts_total"], scrape["callactors_calls", ("state", "flushing")]));
        await gateway.Until("/v1/stats", answer => (double)answer.Body["oldestFlushSeconds"]! > 0.1);
        Assert.True((await MetricsSpecs.Scrape(service.Address))["callactors_oldest_flush_seconds"] > 0.1);
    }
}

/// <summary>What the nodes of a cluster tell, each of itself.</summary>
public sealed class MetricsClusterSpecs
{
    [Fact]
    public async Task Nodes_tell_of_themselves_and_their_sum_is_what_the_stats_of_any_say()
    {
        var crm = await SpecCrm.OnPostgreSqlAsync();
        var journal = await SpecJournal.OnPostgreSqlAsync();
        try
        {
            await crm.AddBusinessAsync(CrashedCalls.Number);
            await using var nodes = new ClusterNodes(2, crm, journal);
            await nodes.StartAllAsync();
            using var gateway = new GatewayClient(nodes[0].Address);
            var calls = new CrashedCalls(crm, () => nodes[0].Address, "CL");
            for (var i = 0; i < 40; i++) await calls.Tell(calls.StartOf(i));
            var (scrapes, stats) = await LookAsync();
            // Partitions may be on their way yet, once they have been spread: one that moves while it is counted is on neither node, or on both.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
            while (Counted() != (40, 40, 32) && !limit.IsCancellationRequested)
            {
                await beat.WaitForNextTickAsync();
                (scrapes, stats) = await LookAsync();
            }

            Assert.All(scrapes, scrape => Assert.True(scrape.Sum("callactors_calls") is > 0 and < 40, $"{scrape.Sum("callactors_calls")} calls on a node"));
            Assert.Equal((40, 40, 32), Counted());
            Assert.Equal(stats["events"]!.AsObject().Sum(outcome => (double)outcome.Value!), Sum("callactors_events_total"));

            // Those that found their partition on its way were refused, and sent again.
            Assert.Equal((40, 0), (scrapes[0]["callactors_events_total", ("outcome", "applied")], scrapes[1].Sum("callactors_events_total")));

            double Sum(string name) => scrapes.Sum(scrape => scrape.Sum(name));
            (double Here, double Everywhere, double Partitions) Counted() =>
                (Sum("callactors_calls"), (double)stats["greeting"]!, Sum("callactors_partitions"));
            async Task<(PrometheusText[] Scrapes, JsonNode Stats)> LookAsync() =>
                (await Task.WhenAll(MetricsSpecs.Scrape(nodes[0].Address), MetricsSpecs.Scrape(nodes[1].Address)), (await gateway.Get("/v1/stats")).Body);
        }
        finally
        {
            await crm.DisposeAsync();
            await journal.DisposeAsync();
        }
    }
}
