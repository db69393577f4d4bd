using Microsoft.Data.Sqlite;
using Npgsql;

namespace CallActors.Host.Options;

/// <summary>Connection strings, checked before anything is connected to. They are secrets: no message shows one, nor the driver's words about it.</summary>
internal static class ConnectionStrings
{
    private const string PostgreSql = "Host=…;Database=…;Username=…;Password=…";

    /// <param name="reader">The configuration.</param>
    /// <param name="section">The section that holds <c>Provider</c> and <c>ConnectionString</c>.</param>
    /// <param name="embedded">The connection string of SQLite where nothing is said.</param>
    public static (DatabaseProvider Provider, string ConnectionString) Read(SettingReader reader, string section, string embedded)
    {
        var key = $"{section}:ConnectionString";
        var chosen = reader.Word($"{section}:Provider", DatabaseProvider.Sqlite);
        var given = reader.Text(key);
        if (given is null && chosen == DatabaseProvider.PostgreSql)
            throw new ConfigurationException($"{key} is missing; with {section}:Provider PostgreSql a connection string such as {PostgreSql} is expected.");

        var text = given ?? embedded;
        if (!IsSound(chosen, text))
        {
            var example = chosen == DatabaseProvider.Sqlite ? embedded : PostgreSql;
            throw new ConfigurationException($"{key} (not shown) is no connection string of {chosen}; one such as {example} is expected.");
        }

        return (chosen, text);
    }

    /// <summary>Whether the CRM and the journal, where there is one, are one SQLite file.</summary>
    public static bool AreOneFile(DatabaseOptions database, JournalOptions journal) =>
        (database.Provider, journal.Provider, journal.Durability) is (DatabaseProvider.Sqlite, DatabaseProvider.Sqlite, Durability.Journal)
        && FileOf(database.ConnectionString) == FileOf(journal.ConnectionString);

    private static string FileOf(string connectionString)
    {
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        return file.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? file : Path.GetFullPath(file);
    }

    /// <summary>A database in memory is gone with its connection, and the SQLite shipped here has no encryption.</summary>
    private static bool NamesFile(SqliteConnectionStringBuilder sqlite) =>
        !string.IsNullOrWhiteSpace(sqlite.DataSource)
        && !sqlite.DataSource.Contains(":memory:", StringComparison.OrdinalIgnoreCase)
        && sqlite.Mode is not SqliteOpenMode.Memory
        && string.IsNullOrEmpty(sqlite.Password);

    private static bool IsSound(DatabaseProvider provider, string text)
    {
        try
        {
            return provider == DatabaseProvider.Sqlite
                ? NamesFile(new SqliteConnectionStringBuilder(text))
                : !string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host);
        }
        catch (Exception)
        {
            // The drivers' builders throw whatever their conversions throw; each of it means the same, and says what must not be shown.
            return false;
        }
    }
}
