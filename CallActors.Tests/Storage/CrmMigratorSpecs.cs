using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Tests.Fixtures;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CallActors.Tests.Storage;

public abstract class CrmMigratorSpecs : IAsyncLifetime
{
    protected SpecCrm Crm { get; private set; } = null!;

    protected abstract Task<SpecCrm> OpenAsync();

    /// <summary>A key that fills itself.</summary>
    protected abstract string KeyColumn { get; }

    public async Task InitializeAsync() => Crm = await OpenAsync();

    public async Task DisposeAsync() => await Crm.DisposeAsync();

    [Fact]
    public async Task A_dry_run_says_what_is_missing_and_makes_nothing()
    {
        var report = await Crm.Migrator.RunAsync(dryRun: true);
        Assert.Equal(9, report.Tables.Length);
        Assert.All(report.Tables, table => Assert.Equal(TableOutcome.WouldBeCreated, table.Outcome));
        Assert.Contains("leads: missing, would be created", report.ToString(), StringComparison.Ordinal);
        Assert.Equal(9, report.Missing.Count());
    }

    [Fact]
    public async Task Who_waits_for_it_hears_each_time_the_database_has_answered()
    {
        await Crm.Migrator.RunAsync(dryRun: false);
        var heard = 0;
        await new CrmMigrator(Crm.Options, Crm.Time) { Heard = () => heard++ }.RunAsync(dryRun: true);

        // The connection, the lock, nine tables, another connection, the twelve statements that it explains and the six tables that they write rows of;
        // PostgreSQL has one more, for its locks.
        Assert.InRange(heard, 30, 31);
    }

    [Fact]
    public async Task A_second_run_finds_everything_there()
    {
        var first = await Crm.Migrator.RunAsync(dryRun: false);
        Assert.All(first.Tables, table => Assert.Equal(TableOutcome.Created, table.Outcome));
        var second = await Crm.Migrator.RunAsync(dryRun: false);
        Assert.All(second.Tables, table => Assert.Equal(TableOutcome.AlreadyThere, table.Outcome));
        Assert.True(second.Succeeded);
        Assert.Empty(second.Missing);
    }

    [Fact]
    public async Task Two_runs_at_once_make_each_table_once()
    {
        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Crm.Migrator.RunAsync(dryRun: false)));
        Assert.Equal(9, reports.Sum(report => report.Tables.Count(table => table.Outcome == TableOutcome.Created)));
    }

    [Fact]
    public async Task A_table_that_lacks_columns_is_named_with_them_and_left_as_it_is()
    {
        await Crm.ExecuteAsync("create table leads (id integer primary key, tenant_id integer, NAME text)");
        var report = await Crm.Migrator.RunAsync(dryRun: false);
        Assert.False(report.Succeeded);
        var leads = Assert.Single(report.Tables, table => table.Outcome == TableOutcome.LacksColumns);
        Assert.Equal("leads: already there, but lacks first_name, last_name, name_source, phone_e164, gender, status, created_at, updated_at",
            report.ToString().Split('\n')[2]);
        Assert.Equal("leads", leads.Table);
        Assert.Equal(8, report.Tables.Count(table => table.Outcome == TableOutcome.Created));
        await Assert.ThrowsAnyAsync<Exception>(() => Crm.ExecuteAsync("select gender from leads"));
    }

    [Theory]
    [InlineData("drop index call_log_call_sid_key", "call_log: ")]
    [InlineData(
        "drop table call_session; create table call_session (id integer, call_sid text, business_id bigint, lead_id bigint, last_requested_slot text, last_confirmed_slot text)", "call_session: ")]
    public async Task A_table_without_the_unique_key_that_the_service_relies_on_is_unfit(string change, string named)
    {
        await Crm.Migrator.RunAsync(dryRun: false);
        await Crm.ExecuteAsync(change);
        foreach (var dryRun in (bool[])[true, false])
        {
            var report = await Crm.Migrator.RunAsync(dryRun);
            Assert.False(report.Succeeded);
            Assert.Contains($"unfit: {named}", report.ToString(), StringComparison.Ordinal);
        }
    }

    /// <summary>No statement that is only explained fails for it, and each row that is written would.</summary>
    [Theory]
    [InlineData(true, "branch_id bigint not null, score bigint not null default 0, region text not null", "branch_id, region")]
    [InlineData(false, "region text", "id")]
    public async Task Of_columns_that_have_to_be_given_and_are_not_it_warns(bool hasKey, string columns, string lacking)
    {
        await Crm.ExecuteAsync(LeadsWith(hasKey ? KeyColumn : "id bigint not null unique", columns));
        foreach (var dryRun in (bool[])[false, true])
        {
            var report = await Crm.Migrator.RunAsync(dryRun);
            Assert.Equal($"leads: no row may be without {lacking}: no default, and not written by the service", Assert.Single(report.Warnings));
            Assert.EndsWith($"\nwarning: {report.Warnings[0]}", report.ToString(), StringComparison.Ordinal);
            Assert.True(report.Succeeded);
        }
    }

    protected static string LeadsWith(string id, string columns) =>
        $"create table leads ({id}, tenant_id bigint not null, first_name text, last_name text, name text, name_source text, phone_e164 text, gender text, status text, created_at timestamptz, updated_at timestamptz, {columns})";

    [Fact]
    public async Task The_sample_data_are_two_businesses_that_answer_calls_and_come_once()
    {
        await Crm.Migrator.RunAsync(dryRun: false);
        Assert.True(await Crm.Migrator.SeedSampleAsync());
        Assert.False(await Crm.Migrator.SeedSampleAsync());
        Assert.Equal("2", await Crm.RowAsync("select count(*) from business"));

        var loaded = await Crm.Database.LoadAsync(
        [
            ContextQuery.ForStart(CallId.Parse("CA1"), new CallStart(CallDirection.Inbound, "+972501234567", "+97235550100")),
            ContextQuery.ForStart(CallId.Parse("CA2"), new CallStart(CallDirection.Inbound, "+12125550142", "+12125550100")),
        ], default);

        Assert.Equal(["Asia/Jerusalem", "America/New_York"], loaded.Calls.Select(call => call.Business?.TimeZone));
        Assert.Equal(["דנה כהן", "Emma Clark"], loaded.Calls.Select(call => call.LeadOfPhone?.Name));
        Assert.Equal(6, await Crm.ScalarAsync<long>("select count(*) from outbound_call_jobs where status = 'queued'"));
    }
}

public sealed class SqliteCrmMigratorSpecs : CrmMigratorSpecs
{
    protected override Task<SpecCrm> OpenAsync() => SpecCrm.OnSqliteAsync(migrated: false);

    protected override string KeyColumn => "id integer not null primary key";

    [Fact]
    public async Task A_dry_run_does_not_even_make_the_file()
    {
        using var file = new TemporaryFile();
        await new CrmMigrator(new CrmOptions { ConnectionString = file.ConnectionString }, Crm.Time).RunAsync(dryRun: true);
        Assert.False(file.Exists);
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("wal")]
    public async Task A_dry_run_leaves_a_file_that_is_there_as_it_is_and_makes_none_beside_it(string mode)
    {
        using var file = new TemporaryFile();
        file.MakeRoom();
        var name = new SqliteConnectionStringBuilder(file.ConnectionString).DataSource;
        await using (var connection = new SqliteConnection($"{file.ConnectionString};Pooling=False"))
        {
            await connection.OpenAsync();
            await connection.ExecuteAsync($"pragma journal_mode = {mode}; create table leads (id integer primary key)");
        }

        var before = await File.ReadAllBytesAsync(name);
        var report = await new CrmMigrator(new CrmOptions { ConnectionString = file.ConnectionString }, Crm.Time).RunAsync(dryRun: true);

        Assert.Equal((8, 1), (report.Missing.Count(), report.Faults.Count()));
        Assert.Equal(before, await File.ReadAllBytesAsync(name));
        Assert.Equal([name], Directory.GetFiles(Path.GetDirectoryName(name)!));
    }

    [Fact]
    public async Task A_dry_run_sees_what_a_service_that_runs_has_not_yet_put_into_the_file_itself()
    {
        await Crm.Migrator.RunAsync(dryRun: false);
        await using var service = new SqliteConnection(Crm.Options.ConnectionString);
        await service.OpenAsync();
        await service.ExecuteAsync("drop table appointments");
        var report = await Crm.Migrator.RunAsync(dryRun: true);
        Assert.Equal(["appointments"], report.Missing);
    }
}

public sealed class PostgreSqlCrmMigratorSpecs : CrmMigratorSpecs
{
    protected override Task<SpecCrm> OpenAsync() => SpecCrm.OnPostgreSqlAsync(migrated: false);

    protected override string KeyColumn => "id bigint generated by default as identity primary key";

    [Fact]
    public async Task A_dry_run_says_what_would_keep_the_tables_from_being_made()
    {
        var role = $"looks_{Guid.NewGuid():N}";
        await Crm.ExecuteAsync($"create role {role} login password 'p'; revoke create on schema public from public; create view business as select 1 as id");
        var strange = new Npgsql.NpgsqlConnectionStringBuilder(Crm.Options.ConnectionString) { Username = role, Password = "p" };
        var report = await new CrmMigrator(Crm.Options with { ConnectionString = strange.ToString() }, Crm.Time).RunAsync(dryRun: true);
        Assert.False(report.Succeeded);
        Assert.Equal("this role may not create tables in schema public|business is no plain table, and the tables that are to be created refer to it",
            string.Join("|", report.Unfit));

        await Crm.ExecuteAsync("drop view business; revoke usage on schema public from public");
        report = await new CrmMigrator(Crm.Options with { ConnectionString = strange.ToString() }, Crm.Time).RunAsync(dryRun: true);
        Assert.Equal("there is no schema in the search path that this role may use", Assert.Single(report.Unfit));
        await Crm.ExecuteAsync("grant usage on schema public to public");
        Assert.True((await Crm.Migrator.RunAsync(dryRun: true)).Succeeded);

        // A view is no fault where nothing that is missing refers to it.
        await Crm.Migrator.RunAsync(dryRun: false);
        await Crm.ExecuteAsync("drop table callactors_flush; alter table business rename to businesses; create view business as select * from businesses");
        report = await Crm.Migrator.RunAsync(dryRun: true);
        Assert.Equal(("callactors_flush", ""), (string.Join("|", report.Missing), string.Join("|", report.Unfit)));
    }

    [Fact]
    public async Task A_column_that_a_trigger_or_its_domain_fills_need_not_be_given()
    {
        await Crm.ExecuteAsync("create domain branch as bigint default 1");
        await Crm.ExecuteAsync(LeadsWith(KeyColumn, "kind branch not null"));
        Assert.Empty((await Crm.Migrator.RunAsync(dryRun: false)).Warnings);
        await Crm.ExecuteAsync("alter table leads add branch_id bigint not null");
        Assert.Single((await Crm.Migrator.RunAsync(dryRun: true)).Warnings);
        await Crm.ExecuteAsync(
            "create function fill() returns trigger language plpgsql as $$ begin new.branch_id := 1; return new; end $$;"
            + "create trigger fill before insert on leads for each row execute function fill()");
        Assert.Empty((await Crm.Migrator.RunAsync(dryRun: true)).Warnings);
    }

    [Fact]
    public async Task An_existing_CRM_gets_our_two_tables_and_is_not_altered()
    {
        await Crm.ExecuteAsync(ExistingCrm.Tables);
        var before = await ExistingCrm.StructureAsync(Crm);

        var report = await Crm.Migrator.RunAsync(dryRun: false);

        Assert.Equal(
            ["callactors_flush", "callactors_dead_letter"], report.Tables.Where(table => table.Outcome == TableOutcome.Created).Select(table => table.Table));
        Assert.Equal(7, report.Tables.Count(table => table.Outcome == TableOutcome.AlreadyThere));
        Assert.Equal(before, await ExistingCrm.StructureAsync(Crm));
    }

    [Fact]
    public async Task A_column_of_a_type_that_takes_no_text_is_unfit()
    {
        await Crm.Migrator.RunAsync(dryRun: false);
        await Crm.ExecuteAsync(
            "create type job_status as enum ('queued', 'completed', 'failed');"
            + "alter table outbound_call_jobs alter status drop default, alter status type job_status using status::job_status");
        var unfit = Assert.Single((await Crm.Migrator.RunAsync(dryRun: true)).Unfit);
        Assert.StartsWith("outbound_call_jobs: 42804", unfit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_CRM_whose_appointments_are_missing_gets_them_with_their_constraint_whatever_its_keys_are()
    {
        await Crm.ExecuteAsync(ExistingCrm.Tables + "drop table appointments;");
        await Crm.Migrator.RunAsync(dryRun: false);
        Assert.Equal("1", await Crm.RowAsync("select count(*) from pg_constraint where contype = 'x' and conrelid = 'appointments'::regclass"));
    }
}
