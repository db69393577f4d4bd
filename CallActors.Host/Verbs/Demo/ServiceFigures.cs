using System.Text.Json;
using CallActors.Telemetry;

namespace CallActors.Host.Verbs.Demo;

/// <summary>What <c>GET /v1/stats</c> says.</summary>
internal sealed record ServiceFigures
{
    /// <summary>Calls the service still holds, in whatever state.</summary>
    public long Held { get; init; }
    public long DeadLetters { get; init; }
    public long Applied { get; init; }
    public long Duplicates { get; init; }
    public long Refused { get; init; }

    /// <summary>Database messages refused in live calls.</summary>
    public long LiveRefusals { get; init; }
    public StatementTotals Load { get; init; }
    public StatementTotals Live { get; init; }
    public StatementTotals Flush { get; init; }

    /// <summary>Asks a service.</summary>
    /// <param name="service">Its address is set.</param>
    /// <param name="transactions">The one figure that the service counts and does not show.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<ServiceFigures> ReadAsync(HttpClient service, StatementCounter transactions, CancellationToken cancel)
    {
        await using var body = await service.GetStreamAsync(new Uri("/v1/stats", UriKind.Relative), cancel);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancel);
        var root = document.RootElement;
        var events = root.GetProperty("events");
        var database = root.GetProperty("database");
        return new ServiceFigures
        {
            Held = Of(root, "loading") + Of(root, "greeting") + Of(root, "live") + Of(root, "flushing"),
            DeadLetters = Of(root, "deadLetters"),
            Applied = Of(events, "applied"),
            Duplicates = Of(events, "duplicate"),
            Refused = Of(events, "refused"),
            LiveRefusals = Of(root, "refusals"),
            Load = Cost("load", DatabasePhase.Load),
            Live = Cost("live", DatabasePhase.Live),
            Flush = Cost("flush", DatabasePhase.Flush),
        };

        StatementTotals Cost(string name, DatabasePhase phase) => new(
            Of(database.GetProperty("statements"), name),
            transactions.Read(phase).Transactions,
            TimeSpan.FromMilliseconds(database.GetProperty("milliseconds").GetProperty(name).GetDouble()));
    }

    /// <summary>What has come to pass since another reading.</summary>
    public ServiceFigures Since(ServiceFigures before) => this with
    {
        DeadLetters = DeadLetters - before.DeadLetters,
        Applied = Applied - before.Applied,
        Duplicates = Duplicates - before.Duplicates,
        Refused = Refused - before.Refused,
        LiveRefusals = LiveRefusals - before.LiveRefusals,
        Load = Minus(Load, before.Load),
        Live = Minus(Live, before.Live),
        Flush = Minus(Flush, before.Flush),
    };

    private static long Of(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static StatementTotals Minus(StatementTotals a, StatementTotals b) =>
        new(a.Statements - b.Statements, a.Transactions - b.Transactions, a.Duration - b.Duration);
}
