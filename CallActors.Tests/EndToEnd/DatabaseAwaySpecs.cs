using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>A CRM database that goes away under a real service, in each of the ways a database goes: nobody who talks notices, and nothing is lost.</summary>
public sealed class DatabaseAwaySpecs(PrivatePostgres server) : IClassFixture<PrivatePostgres>, IAsyncLifetime
{
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(6);

    /// <summary>
    /// Below the load time-out: an event that took no longer did not wait for the database. The first event of a process that a busy machine has just started
    /// takes seconds.
    /// </summary>
    private static readonly TimeSpan Fast = Load - TimeSpan.FromSeconds(1);

    private SpecCrm _crm = null!;
    private DirectoryInfo _folder = null!;
    private CrashedCalls _calls = null!;
    private CrmOutage _outage = null!;
    private volatile Uri _address = new("http://127.0.0.1:1");

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnAsync(server);
        _outage = await CrmOutage.OfAsync(server, _crm);
        await _crm.AddBusinessAsync(CrashedCalls.Number);
        _folder = Directory.CreateTempSubdirectory("callactors-away-");
        _calls = new CrashedCalls(_crm, () => _address, "CA");
    }

    public async Task DisposeAsync()
    {
        await server.MendAsync();
        await _crm.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<ServiceProcess> StartAsync(params (string, string)[] settings)
    {
        var service = await ServiceProcess.StartAsync(
            _folder.FullName,
            [("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _outage.ConnectionString), ("Timeouts:Load", $"{Load.TotalSeconds}s"),
                .. settings]);
        _address = service.Address;
        return service;
    }

    private static async Task<ServiceAnswer> Tell(GatewayClient gateway, JsonObject told, TimeSpan within)
    {
        var began = TimeProvider.System.GetTimestamp();
        var answer = await gateway.Tell(told);
        var took = TimeProvider.System.GetElapsedTime(began);
        CrashedCalls.AssertCounts(told, answer);
        Assert.True(took < within, $"{told["type"]} took {took}");
        return answer;
    }

    private static async Task Tell(GatewayClient gateway, params JsonObject[] events)
    {
        foreach (var told in events) await Tell(gateway, told, Fast);
    }

    [Theory]
    [InlineData(Outage.Stopped)]
    [InlineData(Outage.Frozen)]
    [InlineData(Outage.OutOfConnections)]
    [InlineData(Outage.ReadOnly)]
    public async Task Calls_go_on_without_the_database_and_all_of_them_are_in_it_when_it_is_back(Outage outage)
    {
        await using var service = await StartAsync();
        using var gateway = new GatewayClient(service.Address);

        // One that talks, one that only rings.
        await Tell(gateway, [_calls.StartOf(0), .. _calls.TalkOf(0), _calls.StartOf(1)]);
        await _outage.BeginAsync(outage);

        await Tell(gateway, [.. _calls.TalkOf(1), _calls.EndOf(1), _calls.EndOf(0)]);
        var context = (await Tell(gateway, _calls.StartOf(2), Load + TimeSpan.FromSeconds(2))).Body["context"]!;
        Assert.Equal(outage == Outage.ReadOnly ? "database" : "minimal", (string?)context["source"]);
        Assert.Equal(("Salon", "Hi"), ((string?)context["business"]!["name"], ((string?)context["greeting"])?.TrimEnd()));
        await Tell(gateway, [.. _calls.TalkOf(2), _calls.EndOf(2)]);

        var stats = await gateway.Until("/v1/stats", answer => (int)answer.Body["flushing"]! == 3 && (double)answer.Body["oldestFlushSeconds"]! >= 1);
        Assert.False((bool)stats.Body["database"]!["available"]!);
        await AssertDegraded(gateway);

        await _outage.EndAsync(outage);
        await gateway.Until("/v1/stats", answer => (int)answer.Body["flushing"]! == 0);
        await gateway.Until("/health/ready", answer => (string?)answer.Body["status"] == "ready");
        await _calls.AssertRows(3);
    }

    [Theory]
    [InlineData(Outage.Stopped)]
    [InlineData(Outage.Frozen)]
    public async Task A_service_that_nobody_calls_notices(Outage outage)
    {
        await using var service = await StartAsync();
        using var gateway = new GatewayClient(service.Address);
        await _outage.BeginAsync(outage);
        var noticed = await gateway.Until("/health/ready", answer => (string?)answer.Body["status"] == "degraded");
        Assert.Equal(200, noticed.Status);
        Assert.NotEmpty(noticed.Body["reasons"]!.AsArray());
        var stats = await gateway.Get("/v1/stats");
        Assert.False((bool)stats.Body["database"]!["available"]!);
        await _outage.EndAsync(outage);
        await gateway.Until("/health/ready", answer => (string?)answer.Body["status"] == "ready");
    }

    /// <summary>Without a gap: whoever looks at any moment sees it.</summary>
    private static async Task AssertDegraded(GatewayClient gateway)
    {
        // Longer than the loader's looks at a database that is away are apart.
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(2.5));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!enough.IsCancellationRequested)
        {
            var ready = await gateway.Get("/health/ready");
            Assert.Equal((200, "degraded"), (ready.Status, (string?)ready.Body["status"]));
            Assert.NotEmpty(ready.Body["reasons"]!.AsArray());
            await beat.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Connections_that_were_cut_while_nobody_called_cost_no_caller_the_context()
    {
        await using var service = await StartAsync();
        using var gateway = new GatewayClient(service.Address);
        for (var i = 0; i < 18; i += 6)
        {
            // Several at once, so that several connections are in the pool, and the flushes' are among them.
            var started = await Task.WhenAll(Enumerable.Range(i, 6).Select(call => Tell(gateway, _calls.StartOf(call), Load)));
            Assert.All(started, answer => Assert.Equal("database", (string?)answer.Body["context"]!["source"]));
            await Task.WhenAll(Enumerable.Range(i, 6).Select(call => _calls.Tell(call)));
            await gateway.Until("/v1/stats", answer => (int)answer.Body["flushing"]! == 0);
            await _outage.CutAsync();
        }
    }

    [Fact]
    public async Task A_more_specific_end_counts_at_once_while_the_database_is_stopped()
    {
        await using var service = await StartAsync();
        using var gateway = new GatewayClient(service.Address);

        // The first of a spec's calls ends as completed.
        await Tell(gateway, [_calls.StartOf(0), .. _calls.TalkOf(0)]);
        await server.StopAsync();
        await Tell(gateway, _calls.EndOf(0));
        var failed = GatewayClient.Event(_calls.IdOf(0), "call.ended", new { status = "failed" }, "late");
        Assert.Equal("applied", (await Tell(gateway, failed, Fast)).Outcome);
        Assert.Equal("duplicate", (await Tell(gateway, failed, Fast)).Outcome);
        Assert.Equal((409, "call-ended"), await ProblemOf(gateway, GatewayClient.Event(_calls.IdOf(0), "call.ended", new { status = "busy" }, "too late")));

        await server.StartAgainAsync();
        await gateway.Until("/v1/stats", answer => (int)answer.Body["flushing"]! == 0);
        Assert.Equal(["failed|1|note 0"], await RowsAsync());
        Assert.Equal("duplicate", (await Tell(gateway, failed, Fast)).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Killed_while_its_flushes_wait_for_a_stopped_database_they_are_written_whichever_comes_back_first(bool databaseFirst)
    {
        const int calls = 12;
        await using (var dying = await StartAsync())
        {
            using var gateway = new GatewayClient(dying.Address);
            for (var i = 0; i < calls; i++) await Tell(gateway, [_calls.StartOf(i), .. _calls.TalkOf(i)]);
            await server.StopAsync();
            for (var i = 0; i < calls; i++) await Tell(gateway, _calls.EndOf(i));
            await dying.KillAsync();
        }

        if (databaseFirst) await server.StartAgainAsync();
        await using var reborn = await StartAsync();
        using var again = new GatewayClient(reborn.Address);
        if (!databaseFirst)
        {
            var stats = await again.Get("/v1/stats");
            Assert.Equal(calls, (int)stats.Body["flushing"]!);
            Assert.Equal("degraded", (string?)(await again.Get("/health/ready")).Body["status"]);
            Assert.Equal("duplicate", (await Tell(again, _calls.EndOf(0), Fast)).Outcome);
            await server.StartAgainAsync();
        }

        await _calls.AssertRows(calls);
        await again.Until("/health/ready", answer => (string?)answer.Body["status"] == "ready");
        Assert.Equal("duplicate", (await Tell(again, _calls.EndOf(0), Fast)).Outcome);
    }

    /// <summary>Commits that were given up, and may stand all the same once the server wakes.</summary>
    [Fact]
    public async Task Frozen_again_and_again_while_calls_end_each_is_written_once()
    {
        const int calls = 60;
        await using var service = await StartAsync(("Timeouts:Flush", "1s"));
        var telling = Task.WhenAll(Enumerable.Range(0, calls).Select(_calls.Tell));
        using var moment = new PeriodicTimer(TimeSpan.FromMilliseconds(700));
        for (var round = 0; round < 3; round++)
        {
            await server.FreezeAsync();
            await moment.WaitForNextTickAsync();
            await moment.WaitForNextTickAsync();
            await server.ThawAsync();
            await moment.WaitForNextTickAsync();
        }

        await telling;
        await _calls.AssertRows(calls);
    }

    private static async Task<(int, string?)> ProblemOf(GatewayClient gateway, JsonObject told)
    {
        var answer = await gateway.Tell(told);
        return (answer.Status, answer.Problem);
    }

    private async Task<List<string>> RowsAsync() =>
        [.. (await _crm.RowsAsync("select status, duration, summary from call_log order by call_sid")).Select(row => string.Join('|', row))];
}
