using CallActors.Host.Api;
using CallActors.Host.Options;
using CallActors.Journal;
using CallActors.Storage;
using CallActors.Telemetry;

namespace CallActors.Host.Verbs;

/// <summary>The service put together: the edge, the calls, the database.</summary>
internal static class ServiceHost
{
    /// <summary>Longer than a drain takes at the most, shorter than the thirty seconds within which the process is promised to be gone.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(28);

    public static WebApplication Build(ServiceOptions options, IConfiguration configuration, JournalStore? journal)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddConfiguration(configuration.GetSection("Logging"));

        // A start that fails is told in one sentence by the verb; the host would tell it before with its whole stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, CommandLineLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.AddCallGateway(options);
        if (options.ExportsTraces) builder.Services.AddTraces();

        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<StatementCounter>();
        builder.Services.AddSingleton(provider =>
            CrmDatabase.Open(CrmOptionsOf(options), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<StatementCounter>()));
        builder.Services.AddSingleton<ICrmDatabase>(provider => provider.GetRequiredService<CrmDatabase>());
        builder.Services.AddSingleton<ILedger>(provider => provider.GetRequiredService<CrmDatabase>());
        builder.Services.AddSingleton(provider =>
            ActivatorUtilities.CreateInstance<CrmLook>(provider, (Func<CancellationToken, Task>)provider.GetRequiredService<CrmDatabase>().ReachAsync));
        if (journal is not null) builder.Services.AddSingleton(journal);
        builder.Services.AddCallActors(options.Core);
        builder.Services.AddSingleton<NodeState>();
        builder.Services.AddSingleton<ICallGateway, CallGateway>();
        builder.Services.AddHostedService<NodeLifetime>();
        if (configuration is IConfigurationRoot files)
            builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<KeyWatch>(provider, files));

        var app = builder.Build();
        app.MapCallActors();
        if (options.ExportsTraces) TraceExport.Begin(app.Services);
        return app;
    }

    public static CrmOptions CrmOptionsOf(ServiceOptions options) => new()
    {
        Provider = options.Core.Database.Provider,
        ConnectionString = options.Core.Database.ConnectionString,
        CommandTimeout = options.Core.Timeouts.Flush,
    };
}
