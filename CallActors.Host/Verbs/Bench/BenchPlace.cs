using CallActors.Storage;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CallActors.Host.Verbs.Bench;

/// <summary>Somewhere to write that is gone afterwards: a schema of a PostgreSQL database, or a SQLite file beside another.</summary>
internal sealed class BenchPlace : IAsyncDisposable
{
    private readonly string _configured;
    private readonly string _name;

    private BenchPlace(DatabaseProvider provider, string configured, string name, string connectionString) =>
        (Provider, _configured, _name, ConnectionString) = (provider, configured, name, connectionString);

    public DatabaseProvider Provider { get; }

    /// <summary>Leads into the place.</summary>
    public string ConnectionString { get; }

    /// <exception cref="CrmException">The database is away, or its user may not make a schema.</exception>
    public static async Task<BenchPlace> CreateAsync(DatabaseProvider provider, string configured, string purpose, CancellationToken cancel)
    {
        var name = $"callactors_bench_{purpose.Replace('-', '_')}_{Guid.NewGuid():N}"[..^20];
        if (provider == DatabaseProvider.Sqlite)
        {
            var file = new SqliteConnectionStringBuilder(configured);
            file.DataSource = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file.DataSource))!, $"{name}.db");
            Directory.CreateDirectory(Path.GetDirectoryName(file.DataSource)!);
            return new BenchPlace(provider, configured, name, file.ToString());
        }

        try
        {
            await using var connection = new NpgsqlConnection(configured);
            await connection.OpenAsync(cancel);
            await connection.ExecuteAsync(new CommandDefinition($"create schema {name}", cancellationToken: cancel));
            return new BenchPlace(provider, configured, name, new NpgsqlConnectionStringBuilder(configured) { SearchPath = name }.ToString());
        }
        catch (NpgsqlException e)
        {
            throw new CrmException(CrmFault.Away, e.Message, e.SqlState, cause: e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Provider == DatabaseProvider.PostgreSql)
        {
            await using var connection = new NpgsqlConnection(_configured);
            await connection.OpenAsync();
            await connection.ExecuteAsync($"drop schema {_name} cascade", commandTimeout: 120);
            return;
        }

        using (var any = new SqliteConnection(ConnectionString)) SqliteConnection.ClearPool(any);
        var file = new SqliteConnectionStringBuilder(ConnectionString).DataSource;
        foreach (var part in (string[])["", "-wal", "-shm", ".lock"]) File.Delete(file + part);
    }
}
