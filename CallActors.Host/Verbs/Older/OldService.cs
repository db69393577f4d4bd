using System.Collections.Concurrent;
using System.Text.Json;
using CallActors.Host.Options;
using CallActors.Telemetry;

namespace CallActors.Host.Verbs.Older;

/// <summary>
/// The monolith behind HTTP, for the bench to compare with: an ordinary ASP.NET service whose handlers run the old statements when the event that needs them
/// comes, from a pool of connections. It is told of events as this service is, one a POST, and answers in the same words. Each call has all of the old
/// statements: whatever the fourth step of a bench's call finds out, it is looked up and written as a booking was.
/// </summary>
internal sealed class OldService(OldDesign design, StatementCounter statements, DatabaseProvider provider, TimeProvider time)
{
    /// <summary>Connections of the pool.</summary>
    public const int PooledConnections = 20;

    /// <summary>As many as its connections and more: a pool thread that waits for one is to hold up nobody.</summary>
    private const int LeastThreads = 64;

    // The monolith kept what it knew of its calls in memory, too.
    private readonly ConcurrentDictionary<string, OldCall> _calls = new();

    public static async Task<int> RunAsync(IConfiguration configuration, CancellationToken cancel)
    {
        ThreadPool.SetMinThreads(LeastThreads, LeastThreads);
        var options = ServiceOptions.Read(configuration);
        var (provider, time, statements) = (options.Core.Database.Provider, TimeProvider.System, new StatementCounter());
        await using var source = OldConnections.Open(provider, options.Core.Database.ConnectionString, PooledConnections);
        var service = new OldService(new OldDesign(source.OpenConnectionAsync, statements, time), statements, provider, time);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.UseUrls([.. options.Addresses.Select(address => address.Url)]);
        await using var app = builder.Build();
        app.MapPost("/v1/events", service.TakeAsync);
        app.MapGet("/v1/stats", service.Stats);
        await app.StartAsync(cancel);
        await app.WaitForShutdownAsync(cancel);
        return CommandLine.Done;
    }

    /// <summary>An event as its handlers took it.</summary>
    internal sealed record Told(string Id, string Type, string Subject, JsonElement Data)
    {
        public string Text(string name) => Data.GetProperty(name).GetString() ?? "";

        public long? Key(string name) => Data.TryGetProperty(name, out var key) ? key.GetInt64() : null;
    }

    /// <summary>Of this service's <c>GET /v1/stats</c> what the bench reads.</summary>
    internal sealed record Figures(int Loading, int Greeting, int Live, int Flushing, Cost Database);

    internal sealed record Cost(Phases Statements, Phases Milliseconds);

    internal sealed record Phases(double Load, double Live, double Flush);

    private async Task<IResult> TakeAsync(Told told, CancellationToken cancel)
    {
        if (told.Type == "call.started") _calls[told.Subject] = await design.StartAsync(Begun(told), cancel);
        if (!_calls.TryGetValue(told.Subject, out var call)) return TypedResults.NotFound();
        switch (told.Type)
        {
            case "customer.name_detected":
                await design.NameDetectedAsync(call, cancel);
                break;
            case "customer.gender_detected":
                _calls[told.Subject] = call = call with { Gender = told.Text("gender") };
                await design.BookAsync(call, cancel);
                break;
            case "appointment.confirmed":
                _calls[told.Subject] = call = call with { Slot = told.Text("start") };
                await design.BookAsync(call, cancel);
                break;
            case "call.noted":
                _calls[told.Subject] = call with { Summary = told.Text("summary") };
                break;
            case "call.ended":
                call = call with { Status = told.Text("status"), Duration = (int)told.Key("durationSeconds")!, Now = Now() };
                await design.EndAsync(call, cancel);
                _calls.TryRemove(told.Subject, out _);
                break;
        }

        // As bytes: so that the answer has a length, and needs no chunks.
        return TypedResults.Bytes(
            JsonSerializer.SerializeToUtf8Bytes(new { eventId = told.Id, callId = told.Subject, outcome = "applied" }), "application/json");
    }

    private Figures Stats()
    {
        return new Figures(0, 0, _calls.Count, 0, new Cost(Each(totals => totals.Statements), Each(totals => totals.Duration.TotalMilliseconds)));

        Phases Each(Func<StatementTotals, double> of) =>
            new(of(statements.Read(DatabasePhase.Load)), of(statements.Read(DatabasePhase.Live)), of(statements.Read(DatabasePhase.Flush)));
    }

    private OldCall Begun(Told told)
    {
        var isInbound = told.Text("direction") == "inbound";
        return new OldCall
        {
            Sid = told.Subject,
            Number = told.Text(isInbound ? "to" : "from"),
            Phone = told.Text(isInbound ? "from" : "to"),
            Job = told.Key("jobId"),
            Direction = told.Text("direction"),
            Status = "initiated",
            Now = Now(),
        };
    }

    private object Now() => OldConnections.TimeOf(provider, time.GetUtcNow());
}
