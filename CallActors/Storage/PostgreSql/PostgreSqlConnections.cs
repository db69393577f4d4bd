using System.Data.Common;
using CallActors.Storage.Sql;
using Npgsql;

namespace CallActors.Storage.PostgreSql;

/// <summary>How this service connects to PostgreSQL.</summary>
internal static class PostgreSqlConnections
{
    /// <summary>
    /// To plan once is enough: left to itself the server takes one plan for one row and another for twenty, and plans most groups anew. A plan that is kept
    /// must suit tables that grow, and one that is made while they are small reads them whole; every join of ours is a look-up by an index, and the settings
    /// say no more than that: where there is no index, a table is still read. What is laid aside to be gone through for each call ("material") looks cheapest
    /// while it is empty. Such plans look dear to the server, which would compile them at a cost above that of running them.
    /// </summary>
    private static readonly string[] Planning =
        ["plan_cache_mode=force_generic_plan", "enable_seqscan=off", "enable_hashjoin=off", "enable_mergejoin=off", "enable_material=off", "jit=off"];

    /// <summary>
    /// What a machine that died without a word was writing is locked until the server has found out: after 45 s. Left to itself it asks after two hours; and it
    /// asks nothing while a reply of its own is not acknowledged, which it goes on sending for a quarter of an hour.
    /// </summary>
    private static readonly string[] Keepalive = ["tcp_keepalives_idle=30", "tcp_keepalives_interval=5", "tcp_keepalives_count=3", "tcp_user_timeout=45000"];

    private const string Expected = "a PostgreSQL connection string such as 'Host=…;Database=…;Username=…;Password=…' is expected";

    /// <summary>What is wrong with a connection string, without a word of it; null: nothing.</summary>
    public static string? Fault(string connectionString)
    {
        try
        {
            return string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(connectionString).Host) ? Expected : null;
        }
        catch (Exception fault) when (fault is ArgumentException or KeyNotFoundException or FormatException or InvalidCastException or OverflowException)
        {
            // The cause's words would repeat what was given, a password perhaps.
            return Expected;
        }
    }

    public static SqlDialect Open(CrmOptions options)
    {
        // One that is new each time, and asks nothing: the driver would ask a server it meets for its types.
        var unpooled = new NpgsqlDataSourceBuilder(Settings(options).ToString()) { ConnectionStringBuilder = { Pooling = false, Multiplexing = false } };
        unpooled.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return new PostgreSqlDialect(NpgsqlDataSource.Create(Settings(options)), unpooled.Build());
    }

    /// <summary>The connection string as given, with our defaults for what it leaves open.</summary>
    public static NpgsqlConnectionStringBuilder Settings(CrmOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        var given = new DbConnectionStringBuilder { ConnectionString = options.ConnectionString }.Keys
            .Cast<string>().Select(key => key.Replace(" ", "", StringComparison.Ordinal)).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // Planning the load's joins costs several times what running them does.
        Default("MaxAutoPrepare", () => settings.MaxAutoPrepare = 50);
        Default("AutoPrepareMinUsages", () => settings.AutoPrepareMinUsages = 2);
        Default("Options", () => settings.Options = string.Join(' ', Planning.Concat(Keepalive).Select(setting => $"-c {setting}")));
        // A frozen server is given up after connect, command and cancel time-outs in a row: each is kept short.
        Default("Timeout", () => settings.Timeout = 3);
        Default("CommandTimeout", () => settings.CommandTimeout = options.CommandTimeoutSeconds);
        Default("CancellationTimeout", () => settings.CancellationTimeout = 500);
        // The kernel's keepalive, not Npgsql's: that one is a statement, and no statement is sent while callers talk.
        Default("TcpKeepalive", () => settings.TcpKeepAlive = true);
        // Nothing is set on a session that the next user could inherit, so nothing needs to be discarded between two.
        Default("NoResetOnClose", () => settings.NoResetOnClose = true);
        // One loader and one writer a node, each with a few statements in flight.
        Default("MaximumPoolSize", () => settings.MaxPoolSize = 16);
        Default("ApplicationName", () => settings.ApplicationName = "callactors");
        // A CRM with timestamps without a zone holds UTC, too.
        Default("Timezone", () => settings.Timezone = "UTC");
        return settings;

        void Default(string keyword, Action set)
        {
            if (!given.Contains(keyword)) set();
        }
    }
}
