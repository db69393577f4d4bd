using CallActors.Host.Options;
using CallActors.Journal;
using CallActors.Storage;

namespace CallActors.Host.Verbs;

/// <summary>Creates what is missing in the configured databases and says what it did.</summary>
internal static class MigrateVerb
{
    public static async Task<int> RunAsync(IConfiguration configuration, bool dryRun, TextWriter output, CancellationToken cancel)
    {
        var options = ServiceOptions.Read(configuration);
        try
        {
            var report = await new CrmMigrator(ServiceHost.CrmOptionsOf(options), TimeProvider.System).RunAsync(dryRun, cancel);
            await output.WriteLineAsync($"CRM database ({options.Core.Database.Provider}):");
            await output.WriteLineAsync(report.ToString());
            if (options.Core.Journal.Durability == Durability.Journal)
            {
                await output.WriteLineAsync($"Journal ({options.Core.Journal.Provider}):");
                foreach (var line in await JournalStore.MigrateAsync(options.Core.Journal, dryRun, cancel)) await output.WriteLineAsync(line);
            }

            return report.Succeeded ? CommandLine.Done : CommandLine.Failed;
        }
        catch (CrmException e)
        {
            await Console.Error.WriteLineAsync($"The CRM database could not be migrated: {e.InOneLine()}");
            return CommandLine.Failed;
        }
        catch (JournalException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return CommandLine.Failed;
        }
    }
}
