using System.Net;
using System.Net.Sockets;
using CallActors.Domain;
using CallActors.Host.Verbs.Older;
using CallActors.Messages;
using Npgsql;
using Orleans;
using Orleans.Hosting;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;

namespace CallActors.Host.Verbs.Bench.OnOrleans;

/// <summary>The same calls on Orleans: a silo in this process, a grain a call, no wire.</summary>
internal sealed class OrleansDesign : BenchDesign
{
    /// <summary>Grains write at the same time; more connections than these serve nobody on a machine of a few cores.</summary>
    private const int StateConnections = 20;
    private readonly IHost _host;
    private readonly NpgsqlDataSource[] _sources;
    private readonly TimeProvider _time;
    private readonly Func<IGrainFactory, string, ICallGrain> _grainOf;

    private OrleansDesign(BenchDatabase database, IHost host, NpgsqlDataSource[] sources, bool isDurable, TimeProvider time)
        : base(database)
    {
        (_host, _sources, _time) = (host, sources, time);
        _grainOf = isDurable ? (grains, id) => grains.GetGrain<IDurableCallGrain>(id) : (grains, id) => grains.GetGrain<IMemoryCallGrain>(id);
        Latencies = new Latencies();
    }

    /// <param name="database">Its CRM; a grain's state is kept there, too.</param>
    /// <param name="isDurable">Whether an event is in storage before it is answered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="BenchException">The database is no PostgreSQL.</exception>
    public static async Task<OrleansDesign> StartAsync(BenchDatabase database, bool isDurable, TimeProvider time, CancellationToken cancel)
    {
        if (!database.IsPostgreSql)
            throw new BenchException("orleans and orleans-memory are there on PostgreSQL only; CallActors:Database:Provider = PostgreSql is expected.");
        NpgsqlDataSource[] sources = [SourceOf(database, OldService.PooledConnections), SourceOf(database, StateConnections)];
        if (isDurable) await PostgresGrainStorage.CreateAsync(sources[1], cancel);

        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        OrleansDesign? design = null;
        builder.Services.AddSingleton(_ => new SeedStatements(sources[0], design!.Statements, time));
        builder.Services.AddSingleton(new GrainClock(database, time));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: FreePort(), serviceId: "bench", clusterId: $"bench-{Guid.NewGuid():N}");
            silo.Services.AddGrainStorage(PostgresGrainStorage.Name, (_, _) => new PostgresGrainStorage(sources[1]));

            // A thousand callers at once wait longer for a slow database than the thirty seconds that are the default.
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = messaging.SystemResponseTimeout = TimeSpan.FromMinutes(5));
        });
        design = new OrleansDesign(database, builder.Build(), sources, isDurable, time);
        await design._host.StartAsync(cancel);
        return design;
    }

    public override async Task PrepareAsync(IReadOnlyList<BenchCall> calls, CancellationToken cancel)
    {
        // The rows that the webhook made, as for the designs whose statements these are.
        var old = new OldDesign(async stop => await _sources[0].OpenConnectionAsync(stop), new Telemetry.StatementCounter(), _time);
        await old.PrepareAsync(calls.Select(call => OlderDesign.GivenOf(call, Database, _time)), cancel);
    }

    public override Task TakeAsync(IReadOnlyList<BenchCall> calls, int concurrency, Action hungUp, CancellationToken cancel)
    {
        Latencies!.Begin(calls.Count * BenchCall.Events);
        var grains = _host.Services.GetRequiredService<IGrainFactory>();
        return SideBySideAsync(calls, concurrency, call => TakeAsync(_grainOf(grains, call.Id.Value), call), hungUp, cancel);
    }

    public override async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        foreach (var source in _sources) await source.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task TakeAsync(ICallGrain grain, BenchCall call)
    {
        foreach (var told in call.ToEvents())
        {
            var sent = _time.GetTimestamp();
            var reply = await grain.Tell(EventOf(call, told));
            Latencies!.Add(_time.GetElapsedTime(sent));
            if (reply.Outcome != "applied") throw new BenchException($"{told.Type} of {told.CallId} was {reply.Outcome}.");
        }
    }

    private GrainEvent EventOf(BenchCall call, CallEvents.CallEvent told)
    {
        return told switch
        {
            CallEvents.Started => Of(GrainEventKind.Started) with { Start = StartOf(OlderDesign.GivenOf(call, Database, _time)) },
            CallEvents.Answered => Of(GrainEventKind.Answered),
            CallEvents.GreetingFinished => Of(GrainEventKind.GreetingFinished),
            CallEvents.NameDetected name => Of(GrainEventKind.NameDetected, name.FirstName),
            CallEvents.GenderDetected gender => Of(GrainEventKind.GenderDetected, gender.Gender == Gender.Female ? "female" : "male"),
            CallEvents.AppointmentConfirmed confirmed => Of(GrainEventKind.AppointmentConfirmed, confirmed.Slot.Start.ToString("yyyy-MM-ddTHH:mm:sszzz", null)),
            CallEvents.Noted noted => Of(GrainEventKind.Noted, noted.Summary),
            CallEvents.Ended ended => Of(GrainEventKind.Ended, "completed") with { Seconds = ended.DurationSeconds!.Value },
            _ => throw new ArgumentOutOfRangeException(nameof(told), told.Type, null),
        };

        GrainEvent Of(GrainEventKind kind, string? text = null) => new(told.Header.Key.Id, kind, text, 0, null);
        static GrainStart StartOf(OldCall given) => new(given.Number!, given.Phone, given.Business, given.Lead, given.Job, given.Direction);
    }

    /// <summary>Prepared statements: whoever knows PostgreSQL turns them on.</summary>
    private static NpgsqlDataSource SourceOf(BenchDatabase database, int connections) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.Options.ConnectionString)
    {
        MaxPoolSize = connections,
        NoResetOnClose = true,
        MaxAutoPrepare = 50,
        AutoPrepareMinUsages = 2,
        CommandTimeout = 60,
        Timeout = 60,
    });

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
