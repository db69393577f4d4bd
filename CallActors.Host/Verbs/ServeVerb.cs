using CallActors.Host.Options;
using CallActors.Journal;
using CallActors.Storage;
using CallActors.Telemetry;

namespace CallActors.Host.Verbs;

/// <summary>The service, until it is told to stop.</summary>
internal static class ServeVerb
{
    public static async Task<int> RunAsync(IConfiguration configuration, CancellationToken cancel)
    {
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
        await using var app = ServiceHost.Build(options, configuration);
        var (database, availability) = (app.Services.GetRequiredService<CrmDatabase>(), app.Services.GetRequiredService<CrmAvailability>());
        await PrepareAsync(options, database, availability, app.Logger, cancel);
        if (availability.IsAvailable) await CountDeadLettersAsync(database, app.Services.GetRequiredService<CallCounters>(), cancel);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException e)
        {
            throw new ConfigurationException($"Urls is '{string.Join(';', options.Addresses.Select(address => address.Url))}', which cannot be listened on: {e.Message.ReplaceLineEndings(" ")}");
        }

        await app.WaitForShutdownAsync(cancel);
        return app.Services.GetRequiredService<NodeState>().CallsLost == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    /// <summary>An operator who looks at the figures is to see those of earlier lives, too. Where the database is away, the writer counts them once it is back.</summary>
    private static async Task CountDeadLettersAsync(CrmDatabase database, CallCounters counters, CancellationToken cancel)
    {
        try
        {
            counters.DeadLettersAre(await database.CountDeadLettersAsync(cancel));
        }
        catch (CrmException)
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

            var found = await migrator.RunAsync(dryRun: true, cancel);
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

            await database.MeetAsync(cancel);
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
