using System.Data.Common;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Telemetry;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CallActors.Tests.Fixtures;

/// <summary>A CRM of a spec's own, the store on it, and a door beside the store to put rows in and look at them.</summary>
public sealed class SpecCrm : IAsyncDisposable
{
    private readonly TemporaryFile? _file;

    private SpecCrm(CrmOptions options, TemporaryFile? file)
    {
        _file = file;
        Options = options;
        Database = CrmDatabase.Open(options, Time, Counter);
    }

    public CrmOptions Options { get; }
    public FixedTime Time { get; } = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
    public StatementCounter Counter { get; } = new();
    public CrmDatabase Database { get; }

    public static async Task<SpecCrm> OnPostgreSqlAsync(bool migrated = true)
    {
        var server = await PostgresServer.SharedAsync();
        return await MadeAsync(OnPostgreSql(await server.CreateDatabaseAsync()), null, migrated);
    }

    /// <summary>On a server that the spec may do to what it likes.</summary>
    public static async Task<SpecCrm> OnAsync(PrivatePostgres server) =>
        await MadeAsync(OnPostgreSql(await server.CreateDatabaseAsync()), null, migrated: true);

    public static Task<SpecCrm> OnSqliteAsync(bool migrated = true)
    {
        var file = new TemporaryFile();
        return MadeAsync(new CrmOptions { ConnectionString = file.ConnectionString, NodeName = "spec" }, file, migrated);
    }

    private static CrmOptions OnPostgreSql(string connectionString) =>
        new() { Provider = DatabaseProvider.PostgreSql, ConnectionString = connectionString, NodeName = "spec" };

    private static async Task<SpecCrm> MadeAsync(CrmOptions options, TemporaryFile? file, bool migrated)
    {
        var crm = new SpecCrm(options, file);
        if (migrated) await crm.Migrator.RunAsync(dryRun: false);
        return crm;
    }

    public CrmMigrator Migrator => new(Options, Time);

    public async Task<int> ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await ConnectAsync();
        return await connection.ExecuteAsync(sql, parameters);
    }

    public async Task<T?> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await ConnectAsync();
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    /// <summary>Rows as their columns' values, in the select's order.</summary>
    public async Task<List<object?[]>> RowsAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        return [.. (await connection.QueryAsync(sql)).Select(row => ((IDictionary<string, object?>)row).Values.ToArray())];
    }

    /// <summary>The only row, its values as invariant text: numbers of any width and times of either database compare.</summary>
    public async Task<string> RowAsync(string sql) => string.Join('|', (await RowsAsync(sql)).Single().Select(Text));

    public async Task<BusinessId> AddBusinessAsync(string phone, string name = "Salon", bool active = true) => new(await ScalarAsync<long>(
        "insert into business (name, phone_number, greeting_message, is_active) values (@name, @phone, 'Hi {{first_name}}', @active) returning id",
        new { name, phone, active }));

    public async Task<LeadId> AddLeadAsync(
        BusinessId tenant, string? phone, string? name = null, string? first = null, string? last = null, string? source = null, string? gender = null,
        string? updated = null) =>
        new(await ScalarAsync<long>(
            $"""
            insert into leads (tenant_id, phone_e164, name, first_name, last_name, name_source, gender, status, updated_at)
            values (@tenant, @phone, @name, @first, @last, @source, @gender, 'open', {(updated is null ? "null" : $"'{updated}'")}) returning id
            """,
            new { tenant = tenant.Value, phone, name, first, last, source, gender }));

    public async Task<CallLogId> AddCallAsync(
        BusinessId? tenant, string? sid = null, LeadId? lead = null, string? status = null, string? customerName = null, int? duration = null) =>
            new(await ScalarAsync<long>(
        "insert into call_log (business_id, call_sid, lead_id, status, customer_name, duration) values (@tenant, @sid, @lead, @status, @customerName, @duration) returning id",
        new { tenant = tenant?.Value, sid, lead = lead?.Value, status, customerName, duration }));

    public async Task<JobId> AddJobAsync(BusinessId tenant, LeadId? lead = null, CallLogId? call = null, string? leadName = null, string status = "calling") =>
        new(await ScalarAsync<long>(
        "insert into outbound_call_jobs (run_id, business_id, lead_id, call_log_id, lead_name, status) values (7, @tenant, @lead, @call, @leadName, @status) returning id",
        new { tenant = tenant.Value, lead = lead?.Value, call = call?.Value, leadName, status }));

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _file?.Dispose();
    }

    private async Task<DbConnection> ConnectAsync()
    {
        _file?.MakeRoom();
        DbConnection connection = Options.Provider == DatabaseProvider.PostgreSql
            ? new NpgsqlConnection(Options.ConnectionString + ";Pooling=false;Timezone=UTC")
            : new SqliteConnection(Options.ConnectionString + ";Pooling=false;Foreign Keys=true");
        await connection.OpenAsync();
        return connection;
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        DateTime time => Stamp(new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc))),
        string text when text.Length > 20 && text.EndsWith('Z') => Stamp(DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture)),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
    };

    private static string Stamp(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
