using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence;

namespace CallActors.Journal;

/// <summary>The tables of Akka.Persistence.Sql. Their form is its own: whoever wants them has them made by it.</summary>
internal static class StoreTables
{
    private const string Plugin = "akka.persistence.journal.sql";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static readonly string[] Names = ["journal", "tags"];

    /// <summary>Starts the store as a service does, waits until it has read a log that nobody writes, and stops it.</summary>
    /// <exception cref="JournalException">It made none.</exception>
    public static async Task CreateAsync(JournalOptions options, CancellationToken cancel)
    {
        var quiet = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }").WithFallback(JournalConfiguration.Of(options));
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(quiet));
        if (JournalSetup.Of(options) is { } store) setup = setup.And(store);
        using var system = ActorSystem.Create("callactors-migration", setup);
        try
        {
            // What comes before its tables are there it keeps until they are.
            var journal = Persistence.Instance.Apply(system).JournalFor(Plugin);
            var answer = await journal.Ask<object>(asked => new ReplayMessages(1, 1, 1, "callactors-migration", asked), Patience, cancel).ConfigureAwait(false);
            if (answer is ReplayMessagesFailure failure) throw NotMade(failure.Cause);
        }
        catch (AskTimeoutException e)
        {
            throw NotMade(e);
        }
        finally
        {
            await system.Terminate().ConfigureAwait(false);
        }
    }

    private static JournalException NotMade(Exception cause) => new(
        $"The journal's tables {string.Join(" and ", Names)} could not be made: {cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}.", cause: cause);
}
