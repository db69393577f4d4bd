using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CallActors.Journal;

/// <summary>How the journal's store is connected to: the connection string as given, with our defaults for what it leaves open.</summary>
internal static class JournalConnections
{
    /// <summary>
    /// A command is given up before the circuit breaker of the journal gives up on it, so that an append that is told to have failed is as a rule not committed
    /// later. A server that stood still may do so all the same when it goes on; who appends next finds the number taken, and reads what stands there.
    /// </summary>
    private const int CommandTimeoutSeconds = 3;
    private const int ConnectTimeoutSeconds = 2;

    /// <summary>How long a SQLite file that somebody else writes is waited for.</summary>
    public static readonly TimeSpan BusyPatience = TimeSpan.FromSeconds(CommandTimeoutSeconds);

    /// <summary>
    /// The longest a command takes on a server that is frozen: its own time, and then Npgsql asks the server to cancel it, for which it tries to connect
    /// twice, with and without encryption. Callers wait ten seconds for their answer; a second is left for what comes before and after.
    /// </summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(CommandTimeoutSeconds + (2 * ConnectTimeoutSeconds) + 1);

    /// <summary>
    /// Who finds the file busy, as while a log is read by another process, waits for it. SQLite itself waits a few milliseconds at a time; its driver, where it
    /// is left to that, sleeps 150 ms, and every call of the service with it.
    /// </summary>
    public static void WaitShort(DbConnection sqlite)
    {
        using var command = sqlite.CreateCommand();
        command.CommandText = $"pragma busy_timeout = {(int)BusyPatience.TotalMilliseconds}";
        command.ExecuteNonQuery();
    }

    public static string Of(JournalOptions options) => options.Provider switch
    {
        DatabaseProvider.Sqlite => Sqlite(options).ToString(),
        DatabaseProvider.PostgreSql => PostgreSql(options).ToString(),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Provider, null),
    };

    public static SqliteConnectionStringBuilder Sqlite(JournalOptions options)
    {
        var settings = new SqliteConnectionStringBuilder(options.ConnectionString);
        if (!settings.ShouldSerialize("Default Timeout")) settings.DefaultTimeout = CommandTimeoutSeconds;
        return settings;
    }

    public static NpgsqlConnectionStringBuilder PostgreSql(JournalOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);

        Default("Timeout", ConnectTimeoutSeconds);
        Default("Command Timeout", CommandTimeoutSeconds);
        Default("Cancellation Timeout", 500);
        // Nothing is set on a session that the next user could inherit, so nothing needs to be discarded between two: a round trip saved.
        Default("No Reset On Close", true);
        Default("Tcp Keepalive", true);
        Default("Maximum Pool Size", 20);
        Default("Application Name", "callactors-journal");
        return settings;

        void Default(string keyword, object value)
        {
            if (!settings.ShouldSerialize(keyword)) settings[keyword] = value;
        }
    }
}
