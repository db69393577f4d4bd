using CallActors.Host.Options;
using CallActors.Journal;
using CallActors.Telemetry;

namespace CallActors.Host.Verbs.Demo;

/// <summary>
/// The service itself, in this process, on a real port and on the demo's database. Nothing of the configuration around it is read: a demo touches nobody's
/// data.
/// </summary>
internal sealed class DemoService : IAsyncDisposable
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(25);
    private readonly WebApplication _app;
    private readonly JournalStore _journal;
    private readonly StatementCounter _statements;

    private DemoService(WebApplication app, JournalStore journal)
    {
        _app = app;
        _journal = journal;
        _statements = app.Services.GetRequiredService<StatementCounter>();
        Client = DirectHttp.ClientOf(new Uri(Addressed(app)), AnswerPatience);
    }

    /// <summary>Speaks HTTP to the service.</summary>
    public HttpClient Client { get; }

    /// <exception cref="ConfigurationException">The address is wrong or taken.</exception>
    public static async Task<DemoService> StartAsync(string urls, DemoDatabase database, DemoFolder folder, CancellationToken cancel)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings(urls, database, folder)).Build();
        var options = ServiceOptions.Read(configuration);
        var journal = await JournalStore.PrepareAsync(options.Core.Journal, cancel);
        var app = ServiceHost.Build(options, configuration, journal);
        try
        {
            await app.StartAsync(cancel);
            return new DemoService(app, journal);
        }
        catch (Exception e)
        {
            await app.DisposeAsync();
            await journal.DisposeAsync();
            if (StartFailures.OfGateways(e, "--urls", urls) is { } fault) throw fault;
            throw;
        }
    }

    public Task<ServiceFigures> FiguresAsync(CancellationToken cancel) => ServiceFigures.ReadAsync(Client, _statements, cancel);

    /// <summary>Waits until the service holds no call any more: each has been committed, or is a dead letter.</summary>
    /// <returns>The figures then; or, where it takes too long, with the calls it still holds.</returns>
    public async Task<ServiceFigures> SettleAsync(TimeProvider time, CancellationToken cancel)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            var figures = await FiguresAsync(cancel);
            if (figures.Held == 0 || time.GetElapsedTime(since) > FlushPatience) return figures;
            await Task.Delay(PollEvery, time, cancel);
        }
    }

    /// <summary>Stays up until Ctrl-C.</summary>
    public Task ServeAsync(CancellationToken cancel) => _app.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();

        // Ctrl-C has stopped it already; a second stop would wait for calls that nobody holds any more.
        if (!_app.Lifetime.ApplicationStopped.IsCancellationRequested) await _app.StopAsync();
        await _app.DisposeAsync();
        await _journal.DisposeAsync();
    }

    private static Dictionary<string, string?> Settings(string urls, DemoDatabase database, DemoFolder folder) => new()
    {
        ["Urls"] = urls,
        ["CallActors:Database:Provider"] = nameof(DatabaseProvider.Sqlite),
        ["CallActors:Database:ConnectionString"] = database.ConnectionString,
        ["CallActors:Journal:Provider"] = nameof(DatabaseProvider.Sqlite),
        ["CallActors:Journal:ConnectionString"] = $"Data Source={folder.PathOf($"journal-{Guid.NewGuid():N}.db")}",
        ["Logging:LogLevel:Default"] = nameof(LogLevel.Warning),

        // The refusals the demo provokes are warnings to the service; on the screen they are figures of the demo.
        ["Logging:LogLevel:CallActors"] = nameof(LogLevel.Error),
        ["Logging:LogLevel:Akka"] = nameof(LogLevel.Error),
    };

    /// <summary>The address with the port that was found free, as this machine reaches it.</summary>
    private static string Addressed(WebApplication app) => new ListenAddress(app.Urls.First(), IsLoopback: true).Reachable;
}
