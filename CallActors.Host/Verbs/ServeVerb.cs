using CallActors.Host.Options;
using CallActors.Journal;
using CallActors.Storage;
using CallActors.Telemetry;

namespace CallActors.Host.Verbs;

/// <summary>The service, until it is told to stop.</summary>
internal static class ServeVerb
{
    private static readonly TimeSpan CheckPatience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Akka's scheduler, the store's streams and the database drivers each block a pool thread now and then; with as many threads as cores a few of them at once
    /// hold up every call until the pool has grown, a thread every half second.
    /// </summary>
    private const int LeastThreads = 64;

    public static async Task<int> RunAsync(IConfiguration configuration, CancellationToken cancel)
    {
        ThreadPool.SetMinThreads(LeastThreads, LeastThreads);
        try
        {
            return await RunAsync(ServiceOptions.Read(configuration), configuration, cancel);
        }
        catch (JournalException e)
        {
            await Console.Error.WriteLineAsync(e.Message.ReplaceLineEndings(" "));
            return e.Away ? CommandLine.Failed : ConfigurationException.ExitCode;
        }
    }

    private static async Task<int> RunAsync(ServiceOptions options, IConfiguration configuration, CancellationToken cancel)
    {
        // Two services on one journal would write over each other: its store is this process's own for as long as it runs.
        await using var journal = options.Core.Journal.Durability == Durability.Journal ? await JournalStore.PrepareAsync(options.Core.Journal, cancel) : null;
        await using var app = ServiceHost.Build(options, configuration, journal);
        var (database, availability) = (app.Services.GetRequiredService<CrmDatabase>(), app.Services.GetRequiredService<CrmAvailability>());
        await PrepareAsync(options, database, availability, app.Logger, cancel);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException e)
        {
            throw new ConfigurationException($"Urls is '{string.Join(';', options.Addresses.Select(address => address.Url))}', which cannot be listened on: {e.Message.ReplaceLineEndings(" ")}");
        }

        var counting = CountDeadLettersAsync(database, app.Services.GetRequiredService<CallCounters>(), app.Lifetime.ApplicationStopping);
        var lost = journal is null ? null : StopWhenLostAsync(journal, app);
        await app.WaitForShutdownAsync(cancel);
        await counting;
        if (lost is { IsCompletedSuccessfully: true }) return CommandLine.Failed;
        return app.Services.GetRequiredService<NodeState>().CallsLost == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static async Task StopWhenLostAsync(JournalStore journal, WebApplication app)
    {
        await journal.Lost;
        app.Logger.LogCritical("Another service has taken the journal while its connection was cut; this one ends, and its calls go on there");
        app.Lifetime.StopApplication();
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
    /// tables does not start, one that is away does, since calls go on without it.
    /// </summary>
    public static async Task PrepareAsync(ServiceOptions options, CrmDatabase database, CrmAvailability availability, ILogger log, CancellationToken cancel)
    {
        var migrator = new CrmMigrator(ServiceHost.CrmOptionsOf(options), TimeProvider.System);
        try
        {
            if (options.Core.Database.Provider == DatabaseProvider.Sqlite)
            {
                await migrator.RunAsync(dryRun: false, cancel);
                if (await migrator.SeedSampleAsync(cancel)) log.LogInformation("The embedded database is new: it has two sample businesses");
                return;
            }

            // A CRM that answers late, behind somebody's lock perhaps, is away: the calls in the journal do not wait for it.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(CheckPatience);
            var found = await migrator.RunAsync(dryRun: true, patience.Token);
            if (found.Missing.Any())
            {
                throw new ConfigurationException(
                    $"CallActors:Database:ConnectionString names a database without {string.Join(", ", found.Missing)}; run the verb migrate, which creates what is missing.");
            }

            if (!found.Succeeded)
            {
                var why = found.ToString().Split('\n').Where(line => !line.EndsWith("already there", StringComparison.Ordinal));
                throw new ConfigurationException($"CallActors:Database:ConnectionString names a database that the service cannot work with: {string.Join("; ", why)}.");
            }

            await database.MeetAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            availability.Failed(CrmUse.Reading, "the database did not answer in time");
            log.LogWarning("The CRM database did not answer within {Seconds} s at the start and was not checked; calls go on without it", CheckPatience.TotalSeconds);
        }
        catch (CrmException e) when (options.Core.Database.Provider == DatabaseProvider.Sqlite)
        {
            // A file does not come back by itself.
            throw new ConfigurationException($"CallActors:Database:ConnectionString names a SQLite database that cannot be used: {e.Message.ReplaceLineEndings(" ")}");
        }
        catch (CrmException e)
        {
            availability.Failed(CrmUse.Reading, CrmException.PublicWordsOf(e));
            log.LogWarning("The CRM database was not reached at the start; calls go on without it: {Reason}", e.Message);
        }
    }
}
