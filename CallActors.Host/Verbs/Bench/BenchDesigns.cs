namespace CallActors.Host.Verbs.Bench;

/// <summary>The designs there are, by name, and the share of the calls each is given: a slow one would hold up the others for hours.</summary>
internal static class BenchDesigns
{
    public const string Original = "original", Before = "before", Seed = "seed", CallActors = "callactors", Memory = "callactors-memory", Limit = "limit";

    /// <summary>Connections of the pools of the older designs.</summary>
    private const int PooledConnections = 20;

    public static readonly string[] Names = [Original, Before, Seed, CallActors, Memory, Limit];

    public static int CallsOf(string design, int calls) => Math.Max(1, design switch
    {
        Original => calls / 50,
        Before => calls / 5,
        Seed => calls / 2,
        _ => calls,
    });

    /// <summary>A design that connects anew each time is not let loose on a server with more callers than the pool of the others has connections.</summary>
    public static int ConcurrencyOf(string design, int concurrency) => design == Original ? Math.Min(concurrency, PooledConnections) : concurrency;

    public static async Task<BenchDesign> StartAsync(string design, CallActorsOptions configured, BenchPeople people, TimeProvider time, CancellationToken cancel)
    {
        var database = await BenchDatabase.CreateAsync(configured.Database, design, people, time, cancel);
        return design switch
        {
            Original => new BeforeDesign(database, 0, time),
            Before => new BeforeDesign(database, PooledConnections, time),
            Seed => new SeedDesign(database, PooledConnections, time),
            CallActors => await CallActorsDesign.StartAsync(database, configured, Durability.Journal, time, cancel),
            Memory => await CallActorsDesign.StartAsync(database, configured, Durability.Memory, time, cancel),
            Limit => new LimitDesign(database, time),
            _ => throw new ArgumentOutOfRangeException(nameof(design), design, null),
        };
    }
}
