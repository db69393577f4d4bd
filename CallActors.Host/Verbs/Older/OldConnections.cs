using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CallActors.Host.Verbs.Older;

/// <summary>How the older designs reach a database.</summary>
internal static class OldConnections
{
    /// <summary>Connections as the older designs have them.</summary>
    /// <param name="provider">To which kind of database.</param>
    /// <param name="connectionString">Where it is.</param>
    /// <param name="connections">How many at most; 0: a new one every time.</param>
    public static DbDataSource Open(DatabaseProvider provider, string connectionString, int connections)
    {
        if (provider == DatabaseProvider.Sqlite) return SqliteFactory.Instance.CreateDataSource(connectionString);
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = connections > 0, CommandTimeout = 60, Timeout = 60 };
        if (connections > 0) (settings.MaxPoolSize, settings.NoResetOnClose) = (connections, true);
        return NpgsqlDataSource.Create(settings);
    }

    /// <summary>A time as the database takes it.</summary>
    public static object TimeOf(DatabaseProvider provider, DateTimeOffset time) =>
        provider == DatabaseProvider.PostgreSql ? time.UtcDateTime : time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
