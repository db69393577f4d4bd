using CallActors.Cluster;
using CallActors.Host.Options;
using CallActors.Journal;
using CallActors.Storage;
using CallActors.Telemetry;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CallActors.Host.Verbs;

/// <summary>The service, until it is told to stop.</summary>
internal static class ServeVerb
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Akka's scheduler, the store's streams and the database drivers each block a pool thread now and then; with as many threads as cores a few of them at
    /// once hold up every call until the pool has grown, a thread every half second.
    /// </summary>
    private const int LeastThreads = 64;

    public static async Task<int> RunAsync(IConfiguration configuration, CancellationToken cancel)
    {
        ThreadPool.SetMinThreads(LeastThreads, LeastThreads);
        var isUp = false;
        try
        {
            return await RunAsync(ServiceOptions.Read(configuration), configuration, () => isUp = true, cancel);
        }
        catch (JournalException e)
        {
            await Console.Error.WriteLineAsync(e.InOneLine());
            return e.Away ? CommandLine.Failed : ConfigurationException.ExitCode;
        }
        catch (ClusterException e)
        {
            await Console.Error.WriteLineAsync(e.InOneLine());
            return ConfigurationException.ExitCode;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested && !isUp)
        {
            // Told to stop before it was up: it has taken no event.
            return CommandLine.Done;
        }
    }

    private static async Task<int> RunAsync(ServiceOptions options, IConfiguration configuration, Action onUp, CancellationToken cancel)
    {
        // Two services on one journal would write over each other: its store is this process's own for as long as it runs.
        await using var journal = options.Core.Journal.Durability == Durability.Journal ? await JournalStore.PrepareAsync(options.Core.Journal, cancel) : null;
        if (journal is not null)
            options = options with { Core = options.Core with { Journal = options.Core.Journal with { Partitions = journal.Partitions } } };
        await using var app = Build(options, configuration, journal);
        var (database, availability) = (app.Services.GetRequiredService<CrmDatabase>(), app.Services.GetRequiredService<CrmAvailability>());
        if (journal?.Doubt is { } doubt) app.Logger.LogWarning("{Doubt}", doubt);
        await PrepareAsync(options, database, availability, app.Logger, cancel);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (Exception e) when (StartFailures.OfGateways(e, "Urls", string.Join(';', options.Addresses.Select(address => address.Url))) is { } fault)
        {
            throw fault;
        }

        onUp();
        app.Logger.LogInformation("The dashboard is on {Address}/", new ListenAddress(app.Urls.First(), options.Addresses[0].IsLoopback).Reachable);
        WarnWhereOpen(options, app.Logger);
        var counting = CountDeadLettersAsync(database, app.Services.GetRequiredService<CallCounters>(), app.Lifetime.ApplicationStopping);
        _ = StopWhenOutcastAsync(journal, app);
        await app.WaitForShutdownAsync(cancel);
        await counting;
        if (app.Services.GetRequiredService<NodeState>().Outcast is not null) return CommandLine.Failed;
        return app.Services.GetRequiredService<NodeState>().CallsLost == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static WebApplication Build(ServiceOptions options, IConfiguration configuration, JournalStore? journal)
    {
        try
        {
            return ServiceHost.Build(options, configuration, journal);
        }
        catch (Exception e) when (StartFailures.OfCluster(e, options.Core.Cluster) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>
    /// A gateway from outside comes through a proxy, and so may anybody: a proxy that says nothing of itself cannot be told from this machine.
    /// </summary>
    private static void WarnWhereOpen(ServiceOptions options, ILogger log)
    {
        foreach (var doubt in options.Doubts) log.LogWarning("{Doubt}", doubt);
        if (options.Keys.AnyoneMayCall && options.Gateways.Any)
            log.LogWarning(
                "{Key} is empty: whoever reaches this port through a proxy may do anything. Set a key, or let the proxy through to /v1/gateways/ only",
                KeySettings.Key);
    }

    /// <summary>
    /// A node whose place others have taken must not go on: it answers 503, ends, and says why. Its calls are in the journal, and go on there.
    /// </summary>
    private static async Task StopWhenOutcastAsync(JournalStore? journal, WebApplication app)
    {
        var node = app.Services.GetRequiredService<NodeState>();
        var never = new TaskCompletionSource<string>().Task;
        var why = await await Task.WhenAny(
            Told(journal?.Lost, "another service has taken the journal while its connection was cut"),
            Told(app.Services.GetService<ClusterMembership>()?.Removed, "the other nodes went on without it: it was cut off from them, or stood still"),
            app.Services.GetRequiredService<NodeFate>().Taken);
        if (node.IsDraining && app.Lifetime.ApplicationStopping.IsCancellationRequested) return;
        node.CastOut(why);
        app.Logger.LogCritical("This node ends, and its calls go on elsewhere: {Why}", why);
        app.Lifetime.StopApplication();

        async Task<string> Told(Task? happened, string means)
        {
            if (happened is null) return await never;
            await happened;
            return means;
        }
    }

    /// <summary>
    /// An operator who looks at the figures is to see those of earlier lives, too. Nobody waits for it: calls go on meanwhile. Where the database is away, the
    /// writer counts them once it is back.
    /// </summary>
    private static async Task CountDeadLettersAsync(CrmDatabase database, CallCounters counters, CancellationToken cancel)
    {
        try
        {
            counters.DeadLettersAre(await database.CountDeadLettersAsync(cancel));
        }
        catch (Exception e) when (e is CrmException or OperationCanceledException)
        {
            counters.DeadLettersAreUnknown();
        }
    }

    /// <summary>
    /// The embedded database is made, with two sample businesses, where there is none. A database of somebody's own is only looked at: one that lacks
    /// tables does not start, one that is away does, since calls go on without it. Neither is taken whose tables are not fit for what the service writes.
    /// </summary>
    public static async Task PrepareAsync(ServiceOptions options, CrmDatabase database, CrmAvailability availability, ILogger log, CancellationToken cancel)
    {
        using var patience = new Patience(LongestSilence, LongestCheck, TimeProvider.System, cancel);
        var isFile = options.Core.Database.Provider == DatabaseProvider.Sqlite;
        var crm = ServiceHost.CrmOptionsOf(options);
        // Whoever writes a file keeps others waiting on their thread, where nothing but the driver's own time ends it.
        if (isFile) crm = crm with { CommandTimeout = LongestSilence };
        var migrator = new CrmMigrator(crm, TimeProvider.System) { Heard = patience.Heard };
        try
        {
            if (isFile)
            {
                WarnOrRefuse(await migrator.RunAsync(dryRun: false, cancel), log);
                if (await migrator.SeedSampleAsync(cancel)) log.LogInformation("The embedded database is new: it has two sample businesses");
                return;
            }

            // A CRM that answers late, behind somebody's lock perhaps, is away: the calls in the journal do not wait for it. One that answers each time is
            // checked to the end, unless that takes too long.
            WarnOrRefuse(await migrator.RunAsync(dryRun: true, patience.Token), log);
            patience.Heard();
            await database.MeetAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            availability.Failed(CrmUse.Reading, "the database did not answer in time");
            log.LogWarning("The CRM database was silent for {Silence} s at the start, or not done after {Longest}, and was not checked; calls go on without it",
                LongestSilence.TotalSeconds, LongestCheck.TotalSeconds);
        }
        catch (CrmException e) when (isFile && !SqliteIsBusy(e))
        {
            // A file does not come back by itself; but whoever writes it ends some time.
            throw new ConfigurationException($"CallActors:Database:ConnectionString names a SQLite database that cannot be used: {e.InOneLine()}");
        }
        catch (CrmException e)
        {
            availability.Failed(CrmUse.Reading, CrmException.PublicWordsOf(e));
            log.LogWarning("The CRM database was not reached at the start; calls go on without it: {Reason}", e.Message);
        }
    }

    private static bool SqliteIsBusy(CrmException failure) =>
        failure.InnerException is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED };

    /// <summary>Better no start than calls whose every batch would end as a dead letter.</summary>
    private static void WarnOrRefuse(MigrationReport found, ILogger log)
    {
        foreach (var warning in found.Warnings) log.LogWarning("The CRM database will refuse rows, and their calls become dead letters: {Reason}", warning);
        if (found.Missing.Any())
        {
            throw new ConfigurationException(
                $"CallActors:Database:ConnectionString names a database without {string.Join(", ", found.Missing)}; run the verb migrate, which creates what is missing.");
        }

        if (!found.Succeeded)
            throw new ConfigurationException(
                $"CallActors:Database:ConnectionString names a database that the service cannot work with: {string.Join("; ", found.Faults).TrimEnd('.')}.");
    }
}
