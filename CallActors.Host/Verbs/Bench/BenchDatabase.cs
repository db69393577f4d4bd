using System.Data.Common;
using System.Text;
using CallActors.Host.Verbs.Older;
using CallActors.Storage;
using Dapper;

namespace CallActors.Host.Verbs.Bench;

/// <summary>
/// A CRM of one design's own inside the configured database: on PostgreSQL a schema that is dropped at the end, on SQLite a file beside the configured one.
/// What is in the configured database otherwise is not touched.
/// </summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private const int RowsAStatement = 500;
    private readonly BenchPlace _place;

    private BenchDatabase(BenchPlace place) => _place = place;

    public CrmOptions Options => new() { Provider = _place.Provider, ConnectionString = _place.ConnectionString, CommandTimeout = TimeSpan.FromSeconds(30) };

    public bool IsPostgreSql => _place.Provider == DatabaseProvider.PostgreSql;

    /// <summary>Makes the place, the tables and the people in them.</summary>
    /// <exception cref="CrmException">The database is away or would not have it.</exception>
    public static async Task<BenchDatabase> CreateAsync(
        DatabaseOptions configured, string design, BenchPeople people, TimeProvider time, CancellationToken cancel)
    {
        var database = new BenchDatabase(await BenchPlace.CreateAsync(configured.Provider, configured.ConnectionString, BenchPlace.CrmKey, design, cancel));
        try
        {
            await new CrmMigrator(database.Options, time).RunAsync(dryRun: false, cancel);
            await database.PopulateAsync(people, time.GetUtcNow(), cancel);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc cref="OldConnections.Open"/>
    public DbDataSource Source(int connections) => OldConnections.Open(_place.Provider, _place.ConnectionString, connections);

    /// <inheritdoc cref="OldConnections.TimeOf"/>
    public object TimeOf(DateTimeOffset time) => OldConnections.TimeOf(_place.Provider, time);

    /// <summary>Calls whose row is there, complete. A design that loses calls is no design.</summary>
    public async Task<long> CountCompletedAsync(CancellationToken cancel)
    {
        await using var source = Source(1);
        await using var connection = await source.OpenConnectionAsync(cancel);
        const string complete = "select count(*) from call_log where status = 'completed' and summary is not null and duration = 60 and stream_ended_at is not null";
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(complete, commandTimeout: 60, cancellationToken: cancel));
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    private async Task PopulateAsync(BenchPeople people, DateTimeOffset now, CancellationToken cancel)
    {
        await using var source = Source(1);
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        const string allDay = """{"sun":[["00:00","24:00"]],"mon":[["00:00","24:00"]],"tue":[["00:00","24:00"]],"wed":[["00:00","24:00"]],"thu":[["00:00","24:00"]],"fri":[["00:00","24:00"]],"sat":[["00:00","24:00"]]}""";
        var businesses = Enumerable.Range(0, BenchPeople.Businesses).ToList();
        await Insert("business (id, name, phone_number, greeting_message, voice_name)",
            businesses.Select(i =>
                $"({i + 1}, 'Business {i}', '{BenchPeople.PhoneOf(i)}', 'Hello {{{{first_name}}}}, this is {{{{business_name}}}}.', 'aria')"));
        await Insert(
            "business_settings (tenant_id, opening_hours_json, working_hours, timezone, slot_size_min, booking_window_days, min_notice_min, call_goal)",
            businesses.Select(i => $"({i + 1}, '{allDay}', 'always', 'UTC', 15, 36500, 0, 'appointment')"));
        await Insert("leads (id, tenant_id, first_name, last_name, name, name_source, phone_e164, gender, status, created_at, updated_at)",
            people.Leads.Select(lead => $"({lead.Id}, {lead.Tenant}, 'Grace', 'Miller', 'Grace Miller', 'import', '{lead.Phone}', null, 'new', @now, @now)"));
        await Insert("outbound_call_jobs (id, run_id, lead_id, business_id, status, lead_name)",
            people.Jobs.Select(job => $"({job.Id}, 1, {job.Lead.Id}, {job.Lead.Tenant}, 'queued', 'Grace Miller')"));

        // A CRM has a history. On an empty table a PostgreSQL session would plan its foreign key checks as scans, and keep that plan while the table grows.
        var past = people.Leads.Select(lead => (lead.Id, lead.Tenant, lead.Phone)).ToList();
        await Insert("call_log (id, business_id, lead_id, call_sid, from_number, to_number, direction, status, duration, created_at, updated_at)",
            past.Select(call => $"({call.Id}, {call.Tenant}, {call.Id}, 'past-{call.Id}', '{call.Phone}', '', 'inbound', 'completed', 1, @now, @now)"));
        await Insert("call_session (id, call_sid, business_id, lead_id)", past.Select(call => $"({call.Id}, 'past-{call.Id}', {call.Tenant}, {call.Id})"));

        // Rows were given their keys here; what the CRM makes itself goes on behind them.
        if (IsPostgreSql)
        {
            foreach (var table in (string[])["business", "leads", "outbound_call_jobs", "call_log", "call_session"])
                await connection.ExecuteAsync(
                    $"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))", transaction: transaction);
        }

        await transaction.CommitAsync(cancel);
        if (IsPostgreSql) await connection.ExecuteAsync("analyze business, business_settings, leads, outbound_call_jobs, call_log, call_session");

        async Task Insert(string into, IEnumerable<string> rows)
        {
            foreach (var chunk in rows.Chunk(RowsAStatement))
            {
                var sql = new StringBuilder("insert into ").Append(into).Append(" values ").AppendJoin(", ", chunk).ToString();
                await connection.ExecuteAsync(new CommandDefinition(sql, new { now = TimeOf(now.AddDays(-1)) }, transaction, cancellationToken: cancel));
            }
        }
    }
}
