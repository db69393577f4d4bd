using CallActors.Journal;
using CallActors.Messages;
using CallActors.Storage;

namespace CallActors.Host.Verbs.Bench;

/// <summary>The service without the wire: its actors, its journal, its database, asked as the edge asks them.</summary>
internal sealed class CallActorsDesign : BenchDesign
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly IHost _host;
    private readonly JournalStore? _journal;
    private readonly BenchPlace? _journalPlace;
    private readonly TimeProvider _time;

    private CallActorsDesign(BenchDatabase database, IHost host, JournalStore? journal, BenchPlace? journalPlace, TimeProvider time, CallActorsOptions options)
        : base(database)
    {
        (_host, _journal, _journalPlace, _time) = (host, journal, journalPlace, time);
        Options = options;
        Latencies = new Latencies();
    }

    public CallService Calls => _host.Services.GetRequiredService<CallService>();

    public CallActorsOptions Options { get; }

    /// <param name="database">Its CRM.</param>
    /// <param name="configured">Of these the journal's place, limits and tuning are taken.</param>
    /// <param name="durability">Whether there is a journal.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<CallActorsDesign> StartAsync(
        BenchDatabase database, CallActorsOptions configured, Durability durability, TimeProvider time, CancellationToken cancel)
    {
        var options = configured with
        {
            Database = new DatabaseOptions { Provider = database.Options.Provider, ConnectionString = database.Options.ConnectionString },
            Journal = configured.Journal with { Durability = durability },
        };
        var journaled = durability == Durability.Journal;
        var place = journaled
            ? await BenchPlace.CreateAsync(configured.Journal.Provider, configured.Journal.ConnectionString, BenchPlace.JournalKey, "journal", cancel)
            : null;
        if (place is not null) options = options with { Journal = options.Journal with { ConnectionString = place.ConnectionString } };
        var journal = journaled ? await JournalStore.PrepareAsync(options.Journal, cancel) : null;

        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(time);
        CallActorsDesign? design = null;
        builder.Services.AddSingleton<ICrmDatabase>(_ => CrmDatabase.Open(database.Options, time, design!.Statements));
        builder.Services.AddCallActors(options);
        design = new CallActorsDesign(database, builder.Build(), journal, place, time, options);
        await design._host.StartAsync(cancel);
        if (journaled) await design.Calls.Journals.FirstAvailable.WaitAsync(Patience, time, cancel);
        return design;
    }

    public override async Task TakeAsync(IReadOnlyList<BenchCall> calls, int concurrency, Action hungUp, CancellationToken cancel)
    {
        Latencies!.Begin(calls.Count * BenchCall.Events);
        await SideBySideAsync(calls, concurrency, call => TakeAsync(call, cancel), hungUp, cancel);
        await SettleAsync(cancel);
    }

    /// <summary>Waits until every call that ended stands in the database.</summary>
    public async Task SettleAsync(CancellationToken cancel)
    {
        if (await Calls.WaitForFlushesAsync(Patience, _time, cancel) is var left and > 0)
            throw new BenchException($"{left} calls were not committed within {Patience}.");
    }

    public override async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        if (_journal is not null) await _journal.DisposeAsync();
        if (_journalPlace is not null) await _journalPlace.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task TakeAsync(BenchCall call, CancellationToken cancel)
    {
        foreach (var told in call.ToEvents()) await TellAsync(told, cancel);
    }

    public async Task TellAsync(CallEvents.CallEvent told, CancellationToken cancel)
    {
        var sent = _time.GetTimestamp();
        var reply = await Calls.SendAsync(told, cancel);
        Latencies!.Add(_time.GetElapsedTime(sent));
        if (reply.Outcome != CallOutcome.Applied) throw new BenchException($"{told.Type} of {told.CallId} was {reply.Outcome}: {reply.Problem?.Detail}");
    }
}

/// <summary>A design did not do what it has to do; its figures would mean nothing.</summary>
internal sealed class BenchException(string message) : Exception(message);
