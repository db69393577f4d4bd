using System.Collections.Immutable;
using CallActors.Actors;
using CallActors.Cluster;
using CallActors.Domain;
using CallActors.Host.Api;

namespace CallActors.Host.Options;

/// <summary>The whole configuration, read and checked before anything is started.</summary>
/// <param name="Core">What the library needs.</param>
/// <param name="Keys">Who may call.</param>
/// <param name="Addresses">Where the service listens.</param>
internal sealed record ServiceOptions(CallActorsOptions Core, ApiKeys Keys, ImmutableArray<ListenAddress> Addresses)
{
    /// <summary>The gateways that are spoken to in their own dialect.</summary>
    public GatewayOptions Gateways { get; init; } = new();

    /// <summary>Events that may wait for their reply at once; new calls are refused from half of it on.</summary>
    public int EventsInFlight { get; init; } = 4096;

    /// <summary>Connections of HTTP at once; one more is closed unanswered. Sockets, which only a known gateway opens, are not among them.</summary>
    public int Connections { get; init; } = 10_000;

    /// <summary>
    /// While more than one in fifty events of accepted calls waits longer than this for its reply, fewer new calls a second are taken on. Not unless asked for:
    /// what is bearable depends on the machine and the journal's disk, and a service that has only just started is slow for a while.
    /// </summary>
    public TimeSpan? EventWait { get; init; }

    /// <summary>Whether traces go to a collector.</summary>
    public bool ExportsTraces { get; init; }

    /// <summary>What is taken as it was given and had better be otherwise; a sentence each.</summary>
    public ImmutableArray<string> Doubts { get; init; } = [];

    private const string SeedsKey = "CallActors:Cluster:SeedNodes", HostnameKey = "CallActors:Cluster:Hostname";

    /// <summary>Reads and checks the whole table of the contract.</summary>
    /// <exception cref="ConfigurationException">A value is wrong or missing.</exception>
    public static ServiceOptions Read(IConfiguration configuration)
    {
        configuration = LatestLists.Of(configuration, out var replaced);
        KnownKeys.RefuseUnknown(configuration);
        LoggingLevels.Check(configuration);
        var reader = new SettingReader(configuration);
        foreach (var list in replaced) reader.Doubt($"{list} is given by several sources of the configuration; only what the last of them says counts.");
        var core = ReadCore(reader);
        CheckCluster(core);
        if (ConnectionStrings.AreOneFile(core.Database, core.Journal))
            reader.Doubt(
                "CallActors:Database:ConnectionString and CallActors:Journal:ConnectionString (not shown) name one file: the journal's writes, and with them replies, wait for the CRM's transactions.");
        var keys = KeySettings.Read(configuration, reader);
        var addresses = ListenAddress.Read(configuration);
        if (keys.AnyoneMayCall && addresses.FirstOrDefault(address => !address.IsLoopback) is { } open)
        {
            throw new ConfigurationException(
                $"Urls is '{open.Url}', which other machines can reach, while {KeySettings.Key} is empty; "
                + "a loopback address such as http://127.0.0.1:8080, or a key, is expected.");
        }

        var options = new ServiceOptions(core, keys, addresses) { Gateways = GatewayOptions.Read(reader, configuration) };
        return options with
        {
            EventsInFlight = reader.Whole("CallActors:Limits:EventsInFlight", 2, 1_000_000) ?? options.EventsInFlight,
            Connections = reader.Whole("CallActors:Limits:Connections", 1, 1_000_000) ?? options.Connections,
            EventWait = reader.Duration("CallActors:Limits:EventWait"),
            ExportsTraces = TraceExport.IsAsked(configuration),
            Doubts = [.. reader.Doubts],
        };
    }

    /// <summary>
    /// What moves between nodes is a partition: enough of them that ten nodes have an even share, few enough that a write still carries many calls.
    /// </summary>
    private const int ClusterPartitions = 32;

    /// <summary>A flush that waits longer for company is late, and most of a minute's calls would be one transaction.</summary>
    private static readonly TimeSpan LongestLinger = TimeSpan.FromMinutes(1);

    private static CallActorsOptions ReadCore(SettingReader reader)
    {
        var defaults = new CallActorsOptions();
        var cluster = ReadCluster(reader, defaults.Cluster);
        var (provider, connectionString) = ConnectionStrings.Read(reader, "CallActors:Database", defaults.Database.ConnectionString);
        var (journalProvider, journalString) = ConnectionStrings.Read(reader, "CallActors:Journal", defaults.Journal.ConnectionString);
        return new CallActorsOptions
        {
            Database = new DatabaseOptions { Provider = provider, ConnectionString = connectionString },
            Journal = new JournalOptions
            {
                Provider = journalProvider,
                ConnectionString = journalString,
                Durability = reader.Word("CallActors:Journal:Durability", defaults.Journal.Durability),
                Partitions = reader.Whole("CallActors:Journal:Partitions", 1, 1024) ?? (cluster.IsClustered ? ClusterPartitions : defaults.Journal.Partitions),
                AdoptsPartitions = reader.Text("CallActors:Journal:Partitions") is null,
                IsShared = cluster.IsClustered,
            },
            Cluster = cluster,
            Limits = new CallLimits(
                reader.Whole("CallActors:Limits:LiveCallsPerNode", 1, int.MaxValue) ?? defaults.Limits.PerNode,
                reader.Whole("CallActors:Limits:LiveCallsPerBusiness", 1, int.MaxValue))
            {
                StartsPerSecondPerBusiness = reader.Whole("CallActors:Limits:StartsPerSecondPerBusiness", 1, 1_000_000),
            },
            Timeouts = new CallTimeouts(
                reader.Duration("CallActors:Timeouts:Load", defaults.Timeouts.Load),
                reader.Duration("CallActors:Timeouts:Idle", defaults.Timeouts.Idle),
                reader.Duration("CallActors:Timeouts:MaxCall", defaults.Timeouts.MaxCall),
                reader.Duration("CallActors:Timeouts:Flush", defaults.Timeouts.Flush)),
            Loader = defaults.Loader with
            {
                StatementsInFlight = reader.Whole("CallActors:Loader:StatementsInFlight", 1, 64) ?? defaults.Loader.StatementsInFlight,
                GroupBound = reader.Whole("CallActors:Loader:GroupCalls", 1, 10_000) ?? defaults.Loader.GroupBound,
            },
            Writer = defaults.Writer with
            {
                TransactionsInFlight = reader.Whole("CallActors:Writer:TransactionsInFlight", 1, 64) ?? defaults.Writer.TransactionsInFlight,
                GroupBound = reader.Whole("CallActors:Writer:GroupCalls", 1, 10_000) ?? defaults.Writer.GroupBound,
                GroupBytes = reader.Whole("CallActors:Writer:GroupBytes", 1024, int.MaxValue) ?? defaults.Writer.GroupBytes,
                Linger = reader.Duration("CallActors:Writer:Linger", TimeSpan.FromMilliseconds(1), "1ms", LongestLinger) ?? defaults.Writer.Linger,
            },
            Ledger = new LedgerSettings
            {
                Keep = reader.Duration("CallActors:Ledger:Keep", LedgerMemory.LeastKept, $"{LedgerMemory.LeastKept.TotalDays}d") ?? defaults.Ledger.Keep,
                Every = reader.Duration("CallActors:Ledger:Every", TimeSpan.FromSeconds(1), "1s") ?? defaults.Ledger.Every,
            },
        };
    }

    private static ClusterOptions ReadCluster(SettingReader reader, ClusterOptions defaults) => new()
    {
        Hostname = reader.Text(HostnameKey) is { } host ? HostOf(host.Trim()) : defaults.Hostname,
        Port = reader.Whole("CallActors:Cluster:Port", 0, 65_535) ?? defaults.Port,
        BindHostname = reader.Text("CallActors:Cluster:BindHostname")?.Trim(),
        BindPort = reader.Whole("CallActors:Cluster:BindPort", 1, 65_535),
        JoinTimeout = reader.Duration("CallActors:Cluster:JoinTimeout", defaults.JoinTimeout),
        SeedNodes = [.. reader.List(SeedsKey).Select(SeedOf)],
    };

    private static string HostOf(string host) => Uri.CheckHostName(host) is UriHostNameType.Unknown || host is "0.0.0.0" or "::"
        ? throw SettingReader.Wrong(HostnameKey, host, "a name or an address under which the other nodes reach this one")
        : host;

    private static NodeAddress SeedOf((string Key, string Value) item) =>
        NodeAddress.TryParse(item.Value, out var seed) ? seed : throw SettingReader.Wrong(item.Key, item.Value, "host:port, such as node-1:4053,");

    /// <summary>What moves between nodes has to be where all of them can reach it.</summary>
    private static void CheckCluster(CallActorsOptions core)
    {
        if (!core.Cluster.IsClustered) return;
        if (core.Journal.Durability != Durability.Journal)
            throw Needs("CallActors:Journal:Durability", core.Journal.Durability.ToString(), nameof(Durability.Journal));
        if (core.Journal.Provider != DatabaseProvider.PostgreSql)
            throw Needs("CallActors:Journal:Provider", core.Journal.Provider.ToString(), nameof(DatabaseProvider.PostgreSql));
        if (core.Database.Provider != DatabaseProvider.PostgreSql)
            throw Needs("CallActors:Database:Provider", core.Database.Provider.ToString(), nameof(DatabaseProvider.PostgreSql));

        static ConfigurationException Needs(string key, string given, string expected) =>
            SettingReader.Wrong(key, given, $"{expected}, which all nodes can reach, since {SeedsKey} is given,");
    }
}
