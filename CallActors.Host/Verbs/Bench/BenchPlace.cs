using System.Net.Sockets;
using CallActors.Host.Options;
using CallActors.Storage;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CallActors.Host.Verbs.Bench;

/// <summary>Somewhere to write that is gone afterwards: a schema of a PostgreSQL database, or a SQLite file beside another.</summary>
internal sealed class BenchPlace : IAsyncDisposable
{
    public const string JournalKey = "CallActors:Journal:ConnectionString", CrmKey = "CallActors:Database:ConnectionString";
    private readonly string _configured;
    private readonly string _name;

    private BenchPlace(DatabaseProvider provider, string configured, string name, string connectionString) =>
        (Provider, _configured, _name, ConnectionString) = (provider, configured, name, connectionString);

    public DatabaseProvider Provider { get; }

    /// <summary>Leads into the place.</summary>
    public string ConnectionString { get; }

    /// <param name="provider">Of the database.</param>
    /// <param name="configured">The connection string of what the place is made in or beside.</param>
    /// <param name="key">The setting that it is from, for the message, which shows nothing of it.</param>
    /// <param name="purpose">A part of the place's name.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ConfigurationException">There can be no file.</exception>
    /// <exception cref="CrmException">The database is away, or its user may not make a schema.</exception>
    public static async Task<BenchPlace> CreateAsync(DatabaseProvider provider, string configured, string key, string purpose, CancellationToken cancel)
    {
        var name = $"callactors_bench_{purpose.Replace('-', '_')}_{Guid.NewGuid():N}"[..^20];
        if (provider == DatabaseProvider.Sqlite) return new BenchPlace(provider, configured, name, FileBeside(configured, key, $"{name}.db"));
        try
        {
            await using var connection = new NpgsqlConnection(configured);
            await connection.OpenAsync(cancel);
            await connection.ExecuteAsync(new CommandDefinition($"create schema {name}", cancellationToken: cancel));
            return new BenchPlace(provider, configured, name, new NpgsqlConnectionStringBuilder(configured) { SearchPath = name }.ToString());
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
        {
            throw new CrmException(
                CrmFault.Away, $"{key} names a database in which the bench cannot work: {e.Message}", (e as NpgsqlException)?.SqlState, cause: e);
        }
    }

    /// <summary>Makes the file, so that one that cannot be is known at once.</summary>
    private static string FileBeside(string configured, string key, string name)
    {
        try
        {
            var settings = new SqliteConnectionStringBuilder(configured);
            var folder = Path.GetDirectoryName(Path.GetFullPath(settings.DataSource)) ?? throw new ArgumentException("A folder is no file.");
            Directory.CreateDirectory(folder);
            settings.DataSource = Path.Combine(folder, name);
            File.Create(settings.DataSource).Dispose();
            return settings.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The system's own words would show the path, which is part of a connection string.
            throw new ConfigurationException(
                $"{key} names a SQLite database beside which the bench can make no file: its folder cannot be made, or not written to.");
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
