using System.Net;
using System.Net.Sockets;
using CallActors.Journal;
using CallActors.Tests.Fixtures;
using Dapper;
using Npgsql;

namespace CallActors.Tests.Journal;

public sealed class PostgreSqlJournalStoreSpecs : JournalStoreSpecs
{
    protected override Task<SpecJournal> OpenAsync() => SpecJournal.OnPostgreSqlAsync();

    protected override string[] ClusterTables => ["callactors_node", "callactors_outcast"];

    [Fact]
    public async Task The_nodes_of_a_cluster_hold_a_journal_together_and_nobody_beside_them()
    {
        await using var first = await JournalStore.PrepareAsync(Options with { IsShared = true });
        await using (await JournalStore.PrepareAsync(Options with { IsShared = true })) { }
        await RefusedAsync(Options);
    }

    [Fact]
    public async Task A_number_of_partitions_that_nobody_asked_for_is_that_of_the_journal()
    {
        await using (await JournalStore.PrepareAsync(Options with { Partitions = 3 })) { }
        await using var held = await JournalStore.PrepareAsync(Options with { Partitions = 32, AdoptsPartitions = true });
        Assert.Equal(3, held.Partitions);
    }

    [Theory]
    [InlineData("off", true)]
    [InlineData("on", false)]
    [InlineData("local", false)]
    public async Task A_server_that_acknowledges_before_it_writes_is_doubted(string setting, bool doubted)
    {
        await using var held = await JournalStore.PrepareAsync(
            Options with { ConnectionString = $"{Options.ConnectionString};Options=-c synchronous_commit={setting}" });
        Assert.Equal(doubted, held.Doubt?.Contains("synchronous_commit", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_hold_is_given_up_though_its_machine_died_before_it_had_the_server_s_last_reply()
    {
        await using var hold = await PostgreSqlJournalStore.OpenAsync(Options, default);
        Assert.Equal("11000", await hold.ExecuteScalarAsync<string>("show tcp_user_timeout"));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_away()
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        var nobody = ((IPEndPoint)port.LocalEndpoint).Port;
        port.Stop();

        var away = await RefusedAsync(Options with { ConnectionString = $"Host=127.0.0.1;Port={nobody};Username=u;Password=hunter2;Database=d" });
        Assert.True(away.Away);
        Assert.DoesNotContain("hunter2", away.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_has_no_address_is_away() =>
        Assert.True((await RefusedAsync(Options with { ConnectionString = "Host=nowhere.invalid;Username=u;Database=d" })).Away);

    [Fact]
    public async Task A_database_that_is_not_there_is_not_away()
    {
        var elsewhere = Options.ConnectionString.Replace("spec_", "nospec_", StringComparison.Ordinal);
        Assert.False((await RefusedAsync(Options with { ConnectionString = elsewhere })).Away);
    }

    [Fact]
    public async Task Each_schema_is_a_journal_of_its_own()
    {
        await using (var connection = new NpgsqlConnection(Options.ConnectionString)) await connection.ExecuteAsync("create schema one; create schema two");
        await using var first = await JournalStore.PrepareAsync(
            Options with { ConnectionString = $"{Options.ConnectionString};Search Path=one", Partitions = 1 });
        await using var second = await JournalStore.PrepareAsync(
            Options with { ConnectionString = $"{Options.ConnectionString};Search Path=two", Partitions = 2 });
    }

    [Fact]
    public async Task Who_may_not_create_can_use_what_is_there()
    {
        var role = $"teller_{new NpgsqlConnectionStringBuilder(Options.ConnectionString).Database}";
        await JournalStore.MigrateAsync(Options, dryRun: false);
        await using (var connection = new NpgsqlConnection(Options.ConnectionString))
            await connection.ExecuteAsync(
                $"create role {role} login password 'p'; revoke create on schema public from public; grant select, insert on callactors_journal to {role}");

        await using var held = await JournalStore.PrepareAsync(Options with
        {
            ConnectionString = new NpgsqlConnectionStringBuilder(Options.ConnectionString) { Username = role, Password = "p" }.ToString(),
        });
    }

    [Fact]
    public async Task A_hold_whose_connection_was_cut_is_taken_again()
    {
        await using var held = await JournalStore.PrepareAsync(Options);
        await CutAsync();
        Assert.True(SpinWait.SpinUntil(() => !held.IsHeld, TimeSpan.FromSeconds(10)));
        Assert.True(SpinWait.SpinUntil(() => held.IsHeld, TimeSpan.FromSeconds(10)));
        await Assert.ThrowsAsync<JournalException>(() => JournalStore.PrepareAsync(Options));
        Assert.False(held.Lost.IsCompleted);
    }

    [Fact]
    public async Task A_hold_that_another_service_has_taken_meanwhile_is_lost()
    {
        await using var held = await JournalStore.PrepareAsync(Options);
        await using var other = await TakeAwayAsync();
        await held.Lost.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(held.IsHeld);
        Assert.True(other.IsHeld);
    }

    [Fact]
    public async Task A_hold_whose_old_session_the_server_keeps_for_a_while_is_not_lost()
    {
        await using var held = await JournalStore.PrepareAsync(Options);

        // As a server does that stood still: the lock of the session that was cut is there yet.
        await using (var kept = new NpgsqlConnection(Options.ConnectionString))
        {
            await kept.OpenAsync();
            var (what, schema) = await kept.QuerySingleAsync<(int, int)>(
                "select classid::int, objid::int from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())");
            do await CutAsync();
            while (!await kept.ExecuteScalarAsync<bool>("select pg_try_advisory_lock(@what, @schema)", new { what, schema }));

            using var longEnoughToBeRefused = new PeriodicTimer(TimeSpan.FromSeconds(2.5));
            await longEnoughToBeRefused.WaitForNextTickAsync();
            Assert.False(held.IsHeld);
            await kept.ExecuteAsync("select pg_advisory_unlock(@what, @schema)", new { what, schema });
        }

        Assert.True(SpinWait.SpinUntil(() => held.IsHeld, TimeSpan.FromSeconds(10)));
        Assert.False(held.Lost.IsCompleted);
    }

    /// <summary>Cuts the hold until the other service is the faster one.</summary>
    private async Task<JournalStore> TakeAwayAsync()
    {
        while (true)
        {
            await CutAsync();
            try
            {
                return await JournalStore.PrepareAsync(Options);
            }
            catch (JournalException)
            {
                // The first one was.
            }
        }
    }

    private async Task CutAsync()
    {
        await using var connection = new NpgsqlConnection(Options.ConnectionString);
        await connection.ExecuteAsync(
            "select pg_terminate_backend(pid) from pg_locks join pg_database d on d.oid = database where locktype = 'advisory' and datname = current_database()");
    }
}
