using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using CallActors.Journal;

namespace CallActors.Tests.Fixtures;

/// <summary>A journal's store of a spec's own, and actor systems that write into it.</summary>
public sealed class SpecJournal : IAsyncDisposable
{
    private readonly List<ActorSystem> _systems = [];
    private readonly TemporaryFile? _file;

    private SpecJournal(JournalOptions options, TemporaryFile? file)
    {
        Options = options;
        _file = file;
    }

    public JournalOptions Options { get; }

    public static async Task<SpecJournal> OnPostgreSqlAsync()
    {
        var server = await PostgresServer.SharedAsync();
        return new SpecJournal(new JournalOptions { Provider = DatabaseProvider.PostgreSql, ConnectionString = await server.CreateDatabaseAsync() }, null);
    }

    public static Task<SpecJournal> OnSqliteAsync()
    {
        var file = new TemporaryFile();
        return Task.FromResult(new SpecJournal(new JournalOptions { Provider = DatabaseProvider.Sqlite, ConnectionString = file.ConnectionString }, file));
    }

    /// <summary>A node's actor system, as far as the journal is concerned.</summary>
    /// <param name="name">The system's.</param>
    /// <param name="hocon">Before what the service configures.</param>
    public ActorSystem Start(string name, string hocon = "")
    {
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create()
            .WithConfig(ConfigurationFactory.ParseString($"akka.loglevel = ERROR\n{hocon}").WithFallback(JournalConfiguration.Of(Options))));
        if (JournalSetup.Of(Options) is { } store) setup = setup.And(store);
        var system = ActorSystem.Create(name, setup);
        _systems.Add(system);
        return system;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var system in _systems) await system.Terminate();
        _file?.Dispose();
    }
}
