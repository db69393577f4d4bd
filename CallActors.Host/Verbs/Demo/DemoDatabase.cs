using CallActors.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CallActors.Host.Verbs.Demo;

/// <summary>A CRM of the demo's own: the sample businesses, and as many leads with a job each as its outbound calls need.</summary>
internal sealed class DemoDatabase : IAsyncDisposable
{
    // The names are the sample's two languages; every seventh lead is one whose name the CRM does not know.
    private const string MoreLeads =
        """
        with recursive n (i) as (select 1 union all select i + 1 from n where i < @count)
        insert into leads (tenant_id, first_name, last_name, name, name_source, phone_e164, gender, status, created_at, updated_at)
        select b.id,
          case when i % 7 = 0 then null when hebrew then 'רות' else 'Grace' end,
          case when i % 7 = 0 then null when hebrew then 'אלון' else 'Miller' end,
          case when i % 7 = 0 then case when hebrew then 'ליד חדש' else 'Customer' end when hebrew then 'רות אלון' else 'Grace Miller' end,
          'import', case when hebrew then '+97253' else '+1347' end || substr('0000000' || i, -7), null, 'new', @now, @now
        from n join (select id, phone_number like '+972%' as hebrew, row_number() over (order by id) - 1 as place from business) b on b.place = i % 2
        """;

    private const string MoreJobs =
        """
        insert into outbound_call_jobs (run_id, lead_id, business_id, status, lead_name)
        select 2, l.id, l.tenant_id, 'queued', l.name from leads l where not exists (select 1 from outbound_call_jobs j where j.lead_id = l.id)
        """;

    private DemoDatabase(string file) => ConnectionString = new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true }.ToString();

    public string ConnectionString { get; }

    /// <param name="file">Made anew.</param>
    /// <param name="jobs">Jobs that are there at least.</param>
    /// <param name="time">Dates the rows.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<DemoDatabase> CreateAsync(string file, int jobs, TimeProvider time, CancellationToken cancel)
    {
        var database = new DemoDatabase(file);
        var migrator = new CrmMigrator(new CrmOptions { ConnectionString = database.ConnectionString }, time);
        await migrator.RunAsync(dryRun: false, cancel);
        await migrator.SeedSampleAsync(cancel);
        await using var connection = await database.ConnectAsync(cancel);
        await using var transaction = connection.BeginTransaction();
        await connection.ExecuteAsync(
            new CommandDefinition(MoreLeads, new { count = jobs, now = Text(time.GetUtcNow()) }, transaction, cancellationToken: cancel));
        await connection.ExecuteAsync(new CommandDefinition(MoreJobs, transaction: transaction, cancellationToken: cancel));
        await transaction.CommitAsync(cancel);
        return database;
    }

    public async Task<SqliteConnection> ConnectAsync(CancellationToken cancel)
    {
        var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync(cancel);
        return connection;
    }

    /// <summary>A time as the CRM on SQLite holds it.</summary>
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", System.Globalization.CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync()
    {
        // A pooled connection would hold the file that is to be deleted.
        using var any = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(any);
        return ValueTask.CompletedTask;
    }
}
