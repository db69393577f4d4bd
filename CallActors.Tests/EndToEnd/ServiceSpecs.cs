using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;
using Microsoft.Data.Sqlite;

namespace CallActors.Tests.EndToEnd;

/// <summary>A real service process and what becomes of many calls, of its end, and of a database that is not there.</summary>
public sealed class ServiceSpecs : IAsyncLifetime
{
    private SpecCrm _crm = null!;

    public async Task InitializeAsync() => _crm = await SpecCrm.OnPostgreSqlAsync();

    public async Task DisposeAsync() => await _crm.DisposeAsync();

    private Task<ServiceProcess> StartAsync(params (string, string)[] settings) => ServiceProcess.StartAsync(
        null, [("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _crm.Options.ConnectionString), .. settings]);

    private static JsonObject Start(string call, string from, string to = "+97231111111") =>
        GatewayClient.Event(call, "call.started", new { direction = "inbound", from, to }, $"{call}-start");

    [Fact]
    public async Task Two_hundred_calls_at_once_give_the_right_rows()
    {
        var tenant = await _crm.AddBusinessAsync("+97231111111");
        await using var service = await StartAsync();
        using var gateway = new GatewayClient(service.Address);
        string[] statuses = ["completed", "busy", "no-answer", "failed", "canceled"];
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            var call = $"CA-{i:000}";

            // Ten phones, twenty calls each: one lead a phone, however they end.
            Assert.Equal("applied", (await gateway.Tell(Start(call, $"+97254000000{i % 10}"))).Outcome);
            await gateway.Tell(GatewayClient.Event(call, "call.answered", id: $"{call}-answered"));
            await gateway.Tell(GatewayClient.Event(call, "greeting.finished", id: $"{call}-greeting"));
            var noted = GatewayClient.Event(call, "call.noted", new { summary = $"note {i}" }, $"{call}-note");
            Assert.Equal("applied", (await gateway.Tell(noted)).Outcome);
            Assert.Equal("duplicate", (await gateway.Tell(noted)).Outcome);
            Assert.Equal("applied",
                (await gateway.Tell(GatewayClient.Event(call, "call.ended", new { status = statuses[i % 5], durationSeconds = i }, $"{call}-end"))).Outcome);
        }));
        await gateway.UntilNoCallIsLeft();
        var rows = await _crm.RowsAsync("select call_sid, status, duration, summary from call_log order by call_sid");
        Assert.Equal(
            Enumerable.Range(0, 200).Select(i => $"CA-{i:000} {statuses[i % 5]} {i} note {i}"),
            rows.Select(row => string.Join(' ', row)));
        Assert.Equal(10, await _crm.ScalarAsync<int>("select count(*)::int from leads where tenant_id = @tenant", new { tenant = tenant.Value }));
        Assert.Equal(200, await _crm.ScalarAsync<int>("select count(*)::int from callactors_flush"));

        var stats = (await gateway.Get("/v1/stats")).Body["database"]!["statements"]!;
        Assert.InRange((int)stats["load"]!, 1, 200);
        Assert.Equal(0, (int)stats["live"]!);
    }

    [Fact]
    public async Task A_stopped_service_without_a_journal_flushes_its_live_calls_as_drained_and_exits_with_0()
    {
        await _crm.AddBusinessAsync("+97231111111");
        await using var service = await StartAsync(("Journal:Durability", "Memory"));
        using var gateway = new GatewayClient(service.Address);
        foreach (var call in new[] { "CA-1", "CA-2" }) await gateway.Tell(Start(call, "+972541111111"));
        await gateway.Tell("CA-1", "call.answered");
        await gateway.Tell("CA-1", "greeting.finished");
        await gateway.Tell("CA-1", "call.noted", new { transcription = "שלום" });
        Assert.Equal(0, await service.TerminateAsync());
        Assert.Equal(
            ["CA-1 completed שלום", "CA-2 failed "],
            (await _crm.RowsAsync("select call_sid, status, transcription from call_log order by call_sid")).Select(row => string.Join(' ', row)));
    }

    [Fact]
    public async Task A_journal_whose_file_is_gone_is_missed_without_an_event_and_promises_nothing_at_the_end()
    {
        await _crm.AddBusinessAsync("+97231111111");
        var folder = Directory.CreateTempSubdirectory("callactors-journal-gone-");
        var journal = Path.Combine(folder.FullName, "journal.db");
        await using (var service = await StartAsync(("Journal:ConnectionString", $"Data Source={journal}")))
        {
            using var gateway = new GatewayClient(service.Address);
            await gateway.Tell(Start("CA-1", "+972541111111"));
            File.Move(journal, $"{journal}.away");
            await gateway.Until("/health/ready", ready => ready.Status == 503);
            await service.TerminateAsync();
            Assert.Contains("1 calls are held here and the journal is not: its file is gone", service.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("calls stay in the journal", service.Output, StringComparison.Ordinal);
        }

        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("begin immediate")]
    [InlineData("begin exclusive")]
    public async Task A_file_that_another_program_writes_keeps_no_start_waiting(string begin)
    {
        var folder = Directory.CreateTempSubdirectory("callactors-locked-");
        await using (await ServiceProcess.StartAsync(folder.FullName)) { }
        await using var other = new SqliteConnection($"Data Source={Path.Combine(folder.FullName, "data", "crm.db")};Pooling=false");
        await other.OpenAsync();
        await Dapper.SqlMapper.ExecuteAsync(other, "pragma journal_mode = delete");
        await Dapper.SqlMapper.ExecuteAsync(other, begin);
        await using (var service = await ServiceProcess.StartAsync(folder.FullName))
        {
            using var gateway = new GatewayClient(service.Address);
            Assert.Equal("degraded", (string?)(await gateway.Get("/health/ready")).Body["status"]);
            await Dapper.SqlMapper.ExecuteAsync(other, "rollback");
            await gateway.Until("/health/ready", ready => (string?)ready.Body["status"] == "ready");
        }

        await other.CloseAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_drained_node_takes_no_new_calls_and_lets_live_ones_go_on()
    {
        await _crm.AddBusinessAsync("+97231111111");
        await using var service = await StartAsync();
        using var gateway = new GatewayClient(service.Address);
        await gateway.Tell(Start("CA-1", "+972541111111"));
        Assert.Equal(200, (await gateway.Post("/v1/drain")).Status);
        var refused = await gateway.Tell(Start("CA-2", "+972541111111"));
        Assert.Equal((503, "draining"), (refused.Status, refused.Problem));
        Assert.Equal(503, (await gateway.Get("/health/ready")).Status);
        Assert.Equal("applied", (await gateway.Tell("CA-1", "call.answered")).Outcome);
        await gateway.Post("/v1/drain?deadline=0s");
        await gateway.UntilNoCallIsLeft();
        Assert.Equal("completed", await _crm.ScalarAsync<string>("select status from call_log"));
    }

    [Fact]
    public async Task Calls_go_on_while_the_database_is_away_and_the_probe_says_degraded()
    {
        await using var service = await ServiceProcess.StartAsync(
            null, ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", "Host=127.0.0.1;Port=1;Database=crm;Username=x"));
        using var gateway = new GatewayClient(service.Address);
        var started = await gateway.Tell(Start("CA-1", "+972541111111"));
        Assert.Equal("applied", started.Outcome);
        Assert.Equal("minimal", (string?)started.Body["context"]!["source"]);
        Assert.Equal("+972541111111", (string?)started.Body["context"]!["customer"]!["phone"]);
        Assert.Equal("live", (await gateway.Tell("CA-1", "greeting.finished")).State);
        Assert.Equal(
            503, (await gateway.Tell("CA-1", "appointment.requested", new { start = "2027-01-03T10:00:00+02:00", end = "2027-01-03T10:30:00+02:00" })).Status);
        var ready = await gateway.Get("/health/ready");
        Assert.Equal((200, "degraded"), (ready.Status, (string?)ready.Body["status"]));
        Assert.Equal(503, (await gateway.Tell("CA-never", "call.answered")).Status);
    }

    [Fact]
    public async Task Nothing_malformed_is_applied_and_nothing_well_formed_beside_it_is_lost()
    {
        await _crm.AddBusinessAsync("+97231111111");
        await using var service = await StartAsync();
        using var gateway = new GatewayClient(service.Address);
        var replies = await gateway.TellAll(
            Start("CA-1", "+972541111111"),
            GatewayClient.Event("CA-1", "customer.gender_detected", new { gender = "x" }),
            GatewayClient.Event("CA-1", "greeting.finished"),
            JsonValue.Create(7),
            Start("CA-2", "+972541111111", to: "+97230000000"),
            GatewayClient.Event("CA-1", "call.ended", new { status = "completed" }));
        Assert.Equal(200, replies.Status);
        Assert.Equal(
            ["applied", "refused", "applied", "refused", "refused", "applied"],
            replies.Body.AsArray().Select(reply => (string?)reply!["outcome"]));
        Assert.Equal("/data/gender", (string?)replies.Body[1]!["problem"]!["errors"]![0]!["pointer"]);
        Assert.Equal("urn:callactors:unknown-business", (string?)replies.Body[4]!["problem"]!["type"]);
        await gateway.UntilNoCallIsLeft();
        Assert.Equal("CA-1", await _crm.ScalarAsync<string>("select string_agg(call_sid, ',') from call_log"));
    }

    [Fact]
    public async Task The_embedded_default_makes_its_database_and_two_sample_businesses_and_keeps_them()
    {
        var folder = Directory.CreateTempSubdirectory("callactors-kept-");
        try
        {
            await using (var service = await ServiceProcess.StartAsync(folder.FullName))
            {
                using var gateway = new GatewayClient(service.Address);
                Assert.Equal("applied", (await gateway.Tell(Start("CA-1", "+972541111111", to: "+97235550100"))).Outcome);
                Assert.Equal(0, await service.TerminateAsync());
            }

            await using var again = await ServiceProcess.StartAsync(folder.FullName);
            using var second = new GatewayClient(again.Address);
            Assert.Equal("duplicate", (await second.Tell(Start("CA-1", "+972541111111", to: "+97235550100"))).Outcome);
            Assert.Equal("greeting", (string?)(await second.Get("/v1/calls/CA-1")).Body["state"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_database_without_our_tables_is_refused_at_the_start_and_migrate_mends_it()
    {
        await using var empty = await SpecCrm.OnPostgreSqlAsync(migrated: false);
        await using var journal = await SpecJournal.OnPostgreSqlAsync();
        (string, string)[] settings =
        [
            ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", empty.Options.ConnectionString),
            ("Journal:Provider", "PostgreSql"), ("Journal:ConnectionString", journal.Options.ConnectionString),
        ];
        var refused = await ServiceProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0"], settings);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("migrate", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(empty.Options.ConnectionString, refused.Error, StringComparison.Ordinal);

        Assert.Contains("would be created", (await ServiceProcess.RunAsync(["migrate", "--dry-run"], settings)).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await ServiceProcess.RunAsync(["migrate"], settings)).ExitCode);
        Assert.DoesNotContain("created", (await ServiceProcess.RunAsync(["migrate"], settings)).Output, StringComparison.Ordinal);
        await using var service = await ServiceProcess.StartAsync(null, settings);
    }
}
