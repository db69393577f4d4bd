using CallActors.Storage.Sql;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CallActors.Storage.Sqlite;

/// <summary>How this service connects to SQLite.</summary>
internal static class SqliteConnections
{
    private const string Expected = "a SQLite connection string that names a file, such as 'Data Source=data/crm.db', is expected";

    /// <summary>What is wrong with a connection string, without a word of it; null: nothing.</summary>
    public static string? Fault(string connectionString)
    {
        try
        {
            // Each connection to :memory: would be a database of its own.
            return new SqliteConnectionStringBuilder(connectionString).DataSource is "" or ":memory:" ? Expected : null;
        }
        catch (ArgumentException)
        {
            return Expected;
        }
    }

    /// <summary>A dialect on a file that is there, which reads it and changes nothing.</summary>
    public static SqlDialect OpenToLook(CrmOptions options)
    {
        var look = SqliteLook.Of(new SqliteConnectionStringBuilder(options.ConnectionString) { DefaultTimeout = options.CommandTimeoutSeconds });
        return new SqliteDialect(look.ToString(), options.CommandTimeout, () => { });
    }

    /// <summary>A dialect on the file, whose directory is made and which is switched to write-ahead logging: readers do not wait for the writer.</summary>
    public static SqlDialect Open(CrmOptions options)
    {
        var given = new SqliteConnectionStringBuilder(options.ConnectionString) { ForeignKeys = true, DefaultTimeout = options.CommandTimeoutSeconds };
        var connectionString = given.ToString();
        return new SqliteDialect(connectionString, options.CommandTimeout, Prepare);

        void Prepare()
        {
            if (given.Mode != SqliteOpenMode.Memory && Path.GetDirectoryName(given.DataSource) is { Length: > 0 } directory)
                Directory.CreateDirectory(directory);
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            connection.Execute("pragma journal_mode = wal");
        }
    }
}
