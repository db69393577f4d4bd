using System.Collections.Immutable;
using System.Globalization;
using CallActors.Host.Verbs.Bench.Wire;
using CallActors.Host.Verbs.Older;

namespace CallActors.Host.Verbs.Bench;

/// <summary>The designs there are, by name, and the share of the calls each is given: a slow one would hold up the others for hours.</summary>
internal static class BenchDesigns
{
    public const string Original = "original", Before = "before", Seed = "seed", CallActors = "callactors", Memory = "callactors-memory", Limit = "limit";

    /// <summary>Over the wire: one event a request, batches of events that are ready, sockets.</summary>
    public const string BeforeHttp = "before-http", CallActorsHttp = "callactors-http", CallActorsBatch = "callactors-batch", CallActorsWs = "callactors-ws";

    /// <summary>Nodes of a cluster over WebSockets, one to so many: <c>cluster-3</c>.</summary>
    private const string Cluster = "cluster-";

    /// <summary>A gateway with more calls needs no more connections than the machine has cores for.</summary>
    private const int Sockets = 4;

    /// <summary>The fewer, the more goes into each batch; with one there would be nothing under way while its replies are read.</summary>
    private const int BatchConnections = 2;

    /// <summary>On Orleans; there where the host was built with it.</summary>
    public const string Orleans = "orleans", OrleansMemory = "orleans-memory";

#if ORLEANS
    private static readonly string[] _onOrleans = [Orleans, OrleansMemory];
#else
    private static readonly string[] _onOrleans = [];
#endif

    public static readonly string[] Names =
        [Original, Before, Seed, CallActors, Memory, Limit, BeforeHttp, CallActorsHttp, CallActorsBatch, CallActorsWs, .. _onOrleans];

    /// <summary>Of whom the one's speed against the other's says something.</summary>
    public static readonly (string Our, string Other)[] Compared =
    [
        (CallActors, Before), (CallActors, Seed), (CallActors, Limit), (Memory, Before), (Memory, Seed), (Memory, Limit), (CallActorsHttp, BeforeHttp),
        (CallActorsBatch, BeforeHttp),
        (CallActorsWs, BeforeHttp), (CallActors, Orleans), (Memory, OrleansMemory),
    ];

    public static bool IsClustered(string design) => design.StartsWith(Cluster, StringComparison.Ordinal);

    /// <summary>The same calls on one node, on two, and so on.</summary>
    public static ImmutableArray<string> UpToNodes(int nodes) => [.. Enumerable.Range(1, nodes).Select(count => $"{Cluster}{count}")];

    public static int CallsOf(string design, int calls) => Math.Max(1, design switch
    {
        Original => calls / 50,
        Before or BeforeHttp => calls / 5,
        Seed or Orleans or OrleansMemory => calls / 2,
        _ => calls,
    });

    /// <summary>A design that connects anew each time is not let loose on a server with more callers than the pool of the others has connections.</summary>
    public static int ConcurrencyOf(string design, int concurrency) => design == Original ? Math.Min(concurrency, OldService.PooledConnections) : concurrency;

    public static async Task<BenchDesign> StartAsync(string design, BenchSetting setting, CancellationToken cancel)
    {
        var (configured, time) = (setting.Configured, setting.Time);
        var database = await BenchDatabase.CreateAsync(configured.Database, design, setting.People, time, cancel);
        try
        {
            return design switch
            {
                Original => new BeforeDesign(database, 0, time),
                Before => new BeforeDesign(database, OldService.PooledConnections, time),
                Seed => new SeedDesign(database, OldService.PooledConnections, time),
                CallActors => await CallActorsDesign.StartAsync(database, configured, Durability.Journal, time, cancel),
                Memory => await CallActorsDesign.StartAsync(database, configured, Durability.Memory, time, cancel),
                Limit => new LimitDesign(database, time),
                BeforeHttp => await WireDesign.StartOldAsync(database, setting, cancel),
                CallActorsHttp =>
                    await WireDesign.StartAsync(database, setting, (address, key) => Task.FromResult<IWire>(new HttpWire(address, key)), null, cancel),
                CallActorsBatch => await WireDesign.StartAsync(
                    database, setting, (address, key) => Task.FromResult<IWire>(new HttpBatchWire(address, key, BatchConnections)), null, cancel),
                CallActorsWs =>
                    await WireDesign.StartAsync(database, setting, (address, key) => WebSocketWire.ConnectAsync(address, key, Sockets, cancel), null, cancel),
#if ORLEANS
                Orleans => await OnOrleans.OrleansDesign.StartAsync(database, isDurable: true, time, cancel),
                OrleansMemory => await OnOrleans.OrleansDesign.StartAsync(database, isDurable: false, time, cancel),
#endif
                _ when IsClustered(design) => await WireDesign.StartAsync(
                    database, setting, (address, key) => WebSocketWire.ConnectAsync(address, key, Sockets, cancel), null, cancel,
                    int.Parse(design.AsSpan(Cluster.Length), CultureInfo.InvariantCulture)),
                _ => throw new ArgumentOutOfRangeException(nameof(design), design, null),
            };
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }
}
