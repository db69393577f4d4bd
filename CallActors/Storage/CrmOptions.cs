namespace CallActors.Storage;

/// <summary>Where the CRM database is and how it is spoken to.</summary>
public sealed record CrmOptions
{
    public DatabaseProvider Provider { get; init; } = DatabaseProvider.Sqlite;

    /// <summary>Npgsql's or Microsoft.Data.Sqlite's. What it leaves open gets defaults fit for a service.</summary>
    public string ConnectionString { get; init; } = "Data Source=data/crm.db";

    /// <summary>How long one statement may take.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Written into the ledger: which node committed a call.</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    internal int CommandTimeoutSeconds => Math.Max(1, (int)Math.Ceiling(CommandTimeout.TotalSeconds));

    /// <summary>What is wrong with the connection string, in words that do not repeat it; null: nothing.</summary>
    public string? ConnectionStringFault() => Provider switch
    {
        DatabaseProvider.Sqlite => Sqlite.SqliteConnections.Fault(ConnectionString),
        DatabaseProvider.PostgreSql => PostgreSql.PostgreSqlConnections.Fault(ConnectionString),
        _ => "an unknown provider: Sqlite or PostgreSql is expected",
    };
}
