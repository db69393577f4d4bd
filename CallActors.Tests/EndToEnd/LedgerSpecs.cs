using System.Text.Json.Nodes;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using Npgsql;

namespace CallActors.Tests.EndToEnd;

/// <summary>The ledger forgets what is old, and a batch that outlasts it is written once all the same.</summary>
public sealed class LedgerSpecs : IAsyncLifetime
{
    private const string Call = "CA-1";
    private static readonly string[] Points = ["flush-taken", "rows-written", "transaction-committed", "commit-acknowledged"];
    private SpecCrm _crm = null!;
    private DirectoryInfo _folder = null!;

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnPostgreSqlAsync();
        await _crm.AddBusinessAsync("+97231111111");
        _folder = Directory.CreateTempSubdirectory("callactors-ledger-");
    }

    public async Task DisposeAsync()
    {
        await _crm.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task<ServiceProcess> StartAsync(string? crashAt = null, params (string, string)[] settings) => ServiceProcess.StartAsync(
        _folder.FullName, crashAt, [("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _crm.Options.ConnectionString), .. settings]);

    private async Task UntilAsync(string sql, long count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await _crm.ScalarAsync<long>(sql) != count) await beat.WaitForNextTickAsync(limit.Token);
    }

    [Fact]
    public async Task Two_services_on_one_CRM_work_off_what_is_older_than_is_kept_while_calls_are_written()
    {
        await _crm.ExecuteAsync(
            """
            insert into callactors_flush (call_sid, committed_at, intents, node, events)
            select 'old-' || n, now() - interval '73 hours' - n * interval '1 second', 0, 'spec', ''::bytea from generate_series(1, 6500) n
            union all select 'young-' || n, now() - interval '71 hours' - n * interval '1 second', 0, 'spec', ''::bytea from generate_series(1, 50) n
            """);
        (string, string)[] settings = [("Ledger:Keep", "3d"), ("Ledger:Every", "1s")];
        await using var service = await StartAsync(null, settings);
        await using var other = await ServiceProcess.StartAsync(
            null, [("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _crm.Options.ConnectionString), .. settings]);
        using var gateway = new GatewayClient(service.Address);
        var calls = 0;
        while (await _crm.ScalarAsync<long>("select count(*) from callactors_flush where call_sid like 'old-%'") > 0)
        {
            await TellAsync(gateway, $"CA-{++calls}", TimeProvider.System.GetUtcNow());
            await gateway.UntilNoCallIsLeft();
            Assert.InRange(calls, 1, 10_000);
        }

        await UntilAsync("select count(*) from callactors_flush", 50 + calls);
        Assert.Equal(calls, await _crm.ScalarAsync<long>("select count(*) from call_log where status = 'completed'"));
        Assert.Empty(await _crm.RowsAsync("select reason from callactors_dead_letter"));
        Assert.DoesNotContain("not purged", service.Output + other.Output, StringComparison.Ordinal);

        // No call pays for it.
        var database = (await gateway.Get("/v1/stats")).Body["database"]!;
        Assert.InRange((int)database["upkeep"]!["statements"]!, 2, int.MaxValue);
        Assert.Equal((calls, 0), ((int)database["statements"]!["load"]!, (int)database["statements"]!["live"]!));
    }

    /// <summary>What was enough for it before there was a purge is enough for its calls still.</summary>
    [Fact]
    public async Task A_service_that_may_not_delete_from_its_ledger_starts_and_writes_and_says_that_nothing_is_purged()
    {
        var settings = new NpgsqlConnectionStringBuilder(_crm.Options.ConnectionString);
        var role = $"least_{settings.Database}";
        await _crm.ExecuteAsync(
            $"""
            create role {role} login password 'p';
            grant select, insert, update on all tables in schema public to {role};
            revoke update on callactors_flush from {role};
            """);
        (settings.Username, settings.Password) = (role, "p");
        await using var service = await ServiceProcess.StartAsync(
            _folder.FullName, null, [("Database:Provider", "PostgreSql"), ("Database:ConnectionString", settings.ToString()), ("Ledger:Every", "1s")]);
        using var gateway = new GatewayClient(service.Address);
        await TellAsync(gateway, Call, TimeProvider.System.GetUtcNow());
        await gateway.UntilNoCallIsLeft();
        Assert.Equal("CA-1|completed|1", await _crm.RowAsync("select call_sid, status, (select count(*) from callactors_flush) from call_log"));

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!service.Output.Contains("The ledger was not purged to its end", StringComparison.Ordinal)) await beat.WaitForNextTickAsync(limit.Token);
        Assert.Contains("permission denied for table callactors_flush", service.Output, StringComparison.Ordinal);
    }

    /// <summary>
    /// The node dies on its way to, or from, the commit of a call of nine days ago; by the time it comes back the ledger has forgotten what it knew.
    /// </summary>
    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_batch_that_comes_again_after_the_ledger_forgot_it_is_written_exactly_once(string point)
    {
        var then = TimeProvider.System.GetUtcNow().AddDays(-9);
        var job = await _crm.AddJobAsync(new BusinessId(await _crm.ScalarAsync<long>("select id from business")), leadName: "Dana");
        await using (var dying = await StartAsync(point))
        {
            using var gateway = new GatewayClient(dying.Address);
            await TellAsync(gateway, Call, then, job.Value);
            await dying.UntilItDiesAsync();
        }

        var wasCommitted = await _crm.ScalarAsync<long>("select count(*) from callactors_flush") == 1;
        Assert.Equal(point is "transaction-committed" or "commit-acknowledged", wasCommitted);
        // What the keeper would have done by now, and what people did.
        await _crm.ExecuteAsync("delete from callactors_flush; update call_log set summary = 'by hand'; update outbound_call_jobs set status = 'queued'");

        await using var reborn = await StartAsync();
        using var again = new GatewayClient(reborn.Address);
        await again.UntilNoCallIsLeft();
        Assert.Equal(
            wasCommitted ? "CA-1|completed|by hand|queued|1" : "CA-1|completed|as told|completed|1",
            await _crm.RowAsync("select c.call_sid, c.status, c.summary, j.status, (select count(*) from leads) from call_log c, outbound_call_jobs j"));
        Assert.Empty(await _crm.RowsAsync("select reason from callactors_dead_letter"));
        Assert.Equal(wasCommitted, reborn.Output.Contains("is not written again", StringComparison.Ordinal));
    }

    public static TheoryData<string> Deaths => [.. Points];

    private static async Task TellAsync(GatewayClient gateway, string call, DateTimeOffset at, long? job = null)
    {
        var start = job is { } jobId
            ? (object)new { direction = "outbound", from = "+97231111111", to = "+972541111111", jobId }
            : new { direction = "inbound", from = "+972541111111", to = "+97231111111" };
        JsonObject[] events =
        [
            GatewayClient.Event(call, "call.started", start, $"{call}-1", at),
            GatewayClient.Event(call, "call.answered", null, $"{call}-2", at.AddSeconds(1)),
            GatewayClient.Event(call, "call.noted", new { summary = "as told" }, $"{call}-3", at.AddSeconds(2)),
        ];
        foreach (var told in events) Assert.Equal("applied", (await gateway.Tell(told)).Outcome);
        try
        {
            await gateway.Tell(GatewayClient.Event(call, "call.ended", new { status = "completed" }, $"{call}-4", at.AddSeconds(60)));
        }
        catch (HttpRequestException)
        {
            // It may die before it has answered.
        }
    }
}
