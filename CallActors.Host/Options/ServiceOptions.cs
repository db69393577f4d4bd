using System.Collections.Immutable;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Host.Api;

namespace CallActors.Host.Options;

/// <summary>The whole configuration, read and checked before anything is started.</summary>
/// <param name="Core">What the library needs.</param>
/// <param name="Keys">Who may call.</param>
/// <param name="Addresses">Where the service listens.</param>
internal sealed record ServiceOptions(CallActorsOptions Core, ApiKeys Keys, ImmutableArray<ListenAddress> Addresses)
{
    private const string KeysKey = "CallActors:Gateway:ApiKeys";

    /// <summary>Reads and checks the whole table of the contract.</summary>
    /// <exception cref="ConfigurationException">A value is wrong or missing.</exception>
    public static ServiceOptions Read(IConfiguration configuration)
    {
        KnownKeys.RefuseUnknown(configuration);
        LoggingLevels.Check(configuration);
        var reader = new SettingReader(configuration);
        var core = ReadCore(reader);
        RefuseCluster(reader);
        var keys = new ApiKeys([.. reader.List(KeysKey).Select(item => ApiKeys.Digest(item.Key, item.Value))]);
        var addresses = ListenAddress.Read(configuration);
        if (keys.AnyoneMayCall && addresses.FirstOrDefault(address => !address.IsLoopback) is { } open)
        {
            throw new ConfigurationException(
                $"Urls is '{open.Url}', which other machines can reach, while {KeysKey} is empty; "
                + "a loopback address such as http://127.0.0.1:8080, or a key, is expected.");
        }

        return new ServiceOptions(core, keys, addresses);
    }

    private static CallActorsOptions ReadCore(SettingReader reader)
    {
        var defaults = new CallActorsOptions();
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
                Partitions = reader.Whole("CallActors:Journal:Partitions", 1, 1024) ?? defaults.Journal.Partitions,
            },
            Limits = new CallLimits(
                reader.Whole("CallActors:Limits:LiveCallsPerNode", 1, int.MaxValue) ?? defaults.Limits.PerNode,
                reader.Whole("CallActors:Limits:LiveCallsPerBusiness", 1, int.MaxValue)),
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
                Linger = reader.Duration("CallActors:Writer:Linger", defaults.Writer.Linger),
            },
        };
    }

    /// <summary>The keys of the cluster are checked like the others, so that a file written for it is sound the day it is there.</summary>
    private static void RefuseCluster(SettingReader reader)
    {
        _ = reader.Text("CallActors:Cluster:Hostname");
        _ = reader.Whole("CallActors:Cluster:Port", 0, 65_535);
        _ = reader.Duration("CallActors:Cluster:JoinTimeout", TimeSpan.FromSeconds(45));
        if (reader.List("CallActors:Cluster:SeedNodes").Any())
            throw new ConfigurationException("CallActors:Cluster:SeedNodes is given; nothing is expected, since clustering is not in this version.");
    }
}
