using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;
using Npgsql;

namespace CallActors.Tests.EndToEnd;

/// <summary>A call the database will not have: it alone is put aside, whole, and nobody forgets it until it is written after all.</summary>
public sealed class DeadLetterSpecs : IAsyncLifetime
{
    private const int Culprit = 1;
    private SpecCrm _crm = null!;
    private DirectoryInfo _folder = null!;
    private CrashedCalls _calls = null!;
    private volatile Uri _address = new("http://127.0.0.1:1");

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnPostgreSqlAsync();
        await _crm.AddBusinessAsync(CrashedCalls.Number);
        _folder = Directory.CreateTempSubdirectory("callactors-letters-");
        _calls = new CrashedCalls(_crm, () => _address, "CA");
    }

    public async Task DisposeAsync()
    {
        await _crm.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<ServiceProcess> StartAsync()
    {
        var service = await ServiceProcess.StartAsync(
            _folder.FullName, ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _crm.Options.ConnectionString));
        _address = service.Address;
        return service;
    }

    [Fact]
    public async Task A_refused_call_leaves_its_group_and_is_written_by_a_retry_once_its_cause_is_gone()
    {
        await _crm.ExecuteAsync($"alter table call_log add constraint no_such_note check (summary is distinct from 'note {Culprit}')");
        await using (var dying = await StartAsync())
        {
            using var gateway = new GatewayClient(dying.Address);
            for (var i = 0; i < 5; i++)
            {
                await _calls.Tell(_calls.StartOf(i));
                foreach (var told in _calls.TalkOf(i)) await _calls.Tell(told);
            }

            await EndInOneGroup(gateway);
            await gateway.UntilNoCallIsLeft();
            Assert.Equal(
                ["CA-0000", "CA-0002", "CA-0003", "CA-0004"], (await _crm.RowsAsync("select call_sid from call_log order by call_sid")).Select(row => row[0]));
            await AssertPutAside(gateway);
            await dying.KillAsync();
        }

        await using var reborn = await StartAsync();
        using var again = new GatewayClient(reborn.Address);
        var id = await AssertPutAside(again);
        var refused = await again.Post($"/v1/dead-letters/{id}/retry");
        Assert.Equal((409, "refused-again"), (refused.Status, refused.Problem));
        Assert.Equal(id, await AssertPutAside(again));

        await _crm.ExecuteAsync("alter table call_log drop constraint no_such_note");
        var committed = await again.Post($"/v1/dead-letters/{id}/retry");
        Assert.Equal((200, "committed"), (committed.Status, committed.Outcome));
        Assert.Empty((await again.Get("/v1/dead-letters")).Body["deadLetters"]!.AsArray());
        Assert.Equal(0, (int)(await again.Get("/v1/stats")).Body["deadLetters"]!);
        Assert.Equal(404, (await again.Post($"/v1/dead-letters/{id}/retry")).Status);
        await _calls.AssertRows(5);
        await AssertEnded(again);
    }

    /// <summary>Two calls hold the writer's transactions up, so that the three behind them go together in the next.</summary>
    private async Task EndInOneGroup(GatewayClient gateway)
    {
        await using var other = new NpgsqlConnection(_crm.Options.ConnectionString + ";Pooling=false");
        await other.OpenAsync();
        await using (await other.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("lock table callactors_flush in exclusive mode", other);
            await hold.ExecuteNonQueryAsync();
            for (var waiting = 1; waiting <= 2; waiting++)
            {
                await _calls.Tell(_calls.EndOf(waiting + 2));
                await UntilAsync($"select count(*)::int from pg_locks where relation = 'callactors_flush'::regclass and not granted", waiting);
            }

            for (var i = 0; i < 3; i++) await _calls.Tell(_calls.EndOf(i));
            Assert.Equal(5, (int)(await gateway.Get("/v1/stats")).Body["flushing"]!);
        }
    }

    private async Task UntilAsync(string sql, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await _crm.ScalarAsync<int>(sql) != count) await beat.WaitForNextTickAsync(limit.Token);
    }

    /// <returns>The letter's id.</returns>
    private async Task<string> AssertPutAside(GatewayClient gateway)
    {
        var letter = Assert.Single((await gateway.Get("/v1/dead-letters")).Body["deadLetters"]!.AsArray())!;
        Assert.Equal((_calls.IdOf(Culprit), "23514"), ((string?)letter["callId"], (string?)letter["sqlState"]));
        Assert.Contains("no_such_note", (string?)letter["reason"], StringComparison.Ordinal);
        var batch = letter["batch"]!.AsObject();
        Assert.Equal((_calls.IdOf(Culprit), "busy"), ((string?)batch["callId"], (string?)batch["status"]));
        Assert.Contains($"note {Culprit}", batch.ToJsonString(), StringComparison.Ordinal);

        var stats = (await gateway.Get("/v1/stats")).Body;
        Assert.Equal(1, (int)stats["deadLetters"]!);
        await AssertEnded(gateway);
        return (string)letter["id"]!;
    }

    /// <summary>Written or put aside, the call has ended: nothing is told to it any more, and it is not opened anew.</summary>
    private async Task AssertEnded(GatewayClient gateway)
    {
        foreach (var told in (JsonObject[])[_calls.StartOf(Culprit), .. _calls.TalkOf(Culprit), _calls.EndOf(Culprit)])
            Assert.Equal("duplicate", (await gateway.Tell(told)).Outcome);
        var start = _calls.StartOf(Culprit);
        start["id"] = "another";
        foreach (var told in new[] { start, GatewayClient.Event(_calls.IdOf(Culprit), "call.noted", new { summary = "late" }) })
        {
            var answer = await gateway.Tell(told);
            Assert.Equal((409, "call-ended"), (answer.Status, answer.Problem));
        }

        var stats = (await gateway.Get("/v1/stats")).Body;
        Assert.Equal(0, new[] { "loading", "greeting", "live", "flushing" }.Sum(state => (int)stats[state]!));
    }
}
