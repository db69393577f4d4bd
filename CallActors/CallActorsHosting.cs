using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Hosting.Logging;
using CallActors.Actors;
using CallActors.Cluster;
using CallActors.Journal;
using CallActors.Storage;
using CallActors.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace CallActors;

/// <summary>The one public door of the library.</summary>
public static class CallActorsHosting
{
    /// <summary>
    /// Adds the actors of a node and the <see cref="CallService"/> in front of them. An <see cref="ICrmDatabase"/> must be registered; only the loader and the
    /// writer get to see it. Where an <see cref="ILedger"/> is, what is old in it is forgotten. Where a <see cref="JournalStore"/> is registered, nothing is
    /// written into a journal that it does not hold.
    /// </summary>
    public static IServiceCollection AddCallActors(this IServiceCollection services, CallActorsOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton<CallCounters>();
        services.AddSingleton<CrmAvailability>();
        services.AddSingleton(provider =>
            new JournalAvailability { IsHeld = provider.GetService<JournalStore>() is { } store ? () => store.IsHeld : () => true });
        services.TryAddSingleton<HeldCalls>();
        services.AddMetrics();
        services.AddAkka("callactors", (akka, provider) =>
        {
            if (options.Journal.Durability == Durability.Journal && JournalSetup.Of(options.Journal) is { } setup) akka.AddSetup(setup);
            akka
                .ConfigureLoggers(loggers =>
                {
                    loggers.ClearLoggers();
                    loggers.LogLevel = LevelOf(provider.GetRequiredService<ILoggerFactory>());
                    loggers.AddLogger<HostLogger>();
                })
                .AddSetup(new LoggerFactorySetup(provider.GetRequiredService<ILoggerFactory>()))
                .AddHocon(Hocon, HoconAddMode.Prepend)
                .AddHocon(SessionMailbox.Hocon, HoconAddMode.Prepend)
                .AddHocon(options.Cluster.IsClustered ? ClusterConfiguration.Of(options.Cluster, options.Journal) : Config.Empty, HoconAddMode.Prepend)
                .AddHocon(options.Journal.Durability == Durability.Journal ? JournalConfiguration.Of(options.Journal) : Config.Empty, HoconAddMode.Prepend);
        });
        services.AddSingleton<NodeFate>();
        services.AddSingleton(provider =>
        {
            var parts = new NodeParts(
                provider.GetRequiredService<CallCounters>(),
                provider.GetRequiredService<CrmAvailability>(),
                provider.GetRequiredService<JournalAvailability>(),
                provider.GetRequiredService<JournalAvailability>().IsHeld,
                provider.GetService<StatementCounter>(),
                provider.GetRequiredService<NodeFate>().Superseded,
                options.Cluster.IsClustered ? provider.GetRequiredService<ClusterMembership>().OutByAsync : null,
                provider.GetRequiredService<TimeProvider>());
            var tree = CallTree.Start(provider.GetRequiredService<ActorSystem>(), provider.GetRequiredService<ICrmDatabase>(), options, parts);
            var figures = new CallFigures(
                parts.Counters, parts.Statements, parts.Availability, parts.Journals, provider.GetRequiredService<HeldCalls>(), parts.Time);
            CallInstruments.Add(CallMeter.Of(provider.GetRequiredService<IMeterFactory>()), figures);
            if (provider.GetService<ILedger>() is { } ledger)
                provider.GetRequiredService<ActorSystem>().ActorOf(Props.Create<LedgerKeeperActor>(ledger, options.Ledger, parts.Time), "ledger-keeper");
            return new CallService(tree, options, parts.Counters, parts.Availability, parts.Journals);
        });
        if (options.Cluster.IsClustered)
        {
            services.AddSingleton<ClusterMembership>();
            services.AddSingleton<ClusterOverview>();
        }

        return services;
    }

    /// <summary>
    /// What the host's logging would drop is not logged in the first place: a line that is still in Akka's hands when its loggers stop goes to the
    /// standard output, past every filter.
    /// </summary>
    private static Akka.Event.LogLevel LevelOf(ILoggerFactory loggers)
    {
        var log = loggers.CreateLogger<ActorSystem>();
        return log.IsEnabled(LogLevel.Information) ? Akka.Event.LogLevel.InfoLevel
            : log.IsEnabled(LogLevel.Warning) ? Akka.Event.LogLevel.WarningLevel
            : Akka.Event.LogLevel.ErrorLevel;
    }

    private const string Hocon = """
        akka {
          log-dead-letters = 10
          log-dead-letters-during-shutdown = off
          coordinated-shutdown.run-by-clr-shutdown-hook = off
        }
        """;
}
