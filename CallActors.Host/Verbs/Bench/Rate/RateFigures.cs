using System.Globalization;

namespace CallActors.Host.Verbs.Bench.Rate;

/// <summary>A service at a fixed rate of events, journal on, over HTTP: what an event waits, from the moment it was due to its reply.</summary>
internal sealed record RateFigures
{
    /// <summary>Events a second.</summary>
    public required int Rate { get; init; }

    /// <summary>Of each part.</summary>
    public required int Seconds { get; init; }

    /// <summary>Calls live at once.</summary>
    public required int LiveCalls { get; init; }

    /// <summary>Seconds at the rate before these parts.</summary>
    public int WarmUpSeconds { get; init; }

    /// <summary>In them; a process still compiles what it runs often. Null: there were none.</summary>
    public RatePart? Cold { get; init; }

    public required RatePart Crm { get; init; }

    /// <summary>The same while the CRM is away; null: a SQLite cannot be taken away.</summary>
    public RatePart? CrmAway { get; init; }

    /// <summary>The same while more calls start than can be taken on, where that was asked for.</summary>
    public RateFlood? Flood { get; init; }

    /// <summary>From the moment the CRM was back and the last call had ended until every call stood in it, in seconds.</summary>
    public double? CaughtUpSeconds { get; init; }

    public override string ToString() => string.Join(Environment.NewLine, Lines());

    private IEnumerable<string> Lines()
    {
        yield return string.Create(
            CultureInfo.InvariantCulture, $"{Rate} events a second over HTTP, journal on, {LiveCalls} calls live at once; milliseconds from due to replied");
        if (Cold is { } cold) yield return cold.ToString($"The first {WarmUpSeconds} s at that rate");
        yield return Crm.ToString($"{Seconds} s with the CRM");
        if (Flood is { } flood)
        {
            yield return flood.ToString(Seconds);
        }
        else if (CrmAway is { } away)
        {
            yield return away.ToString($"{Seconds} s with the CRM away");
            yield return string.Create(
                CultureInfo.InvariantCulture, $"With the CRM back every call stood in it, {CaughtUpSeconds:0.0} s after the last had ended.");
        }
        else
        {
            yield return "The half with the CRM away is left out: a SQLite file is part of the service and cannot be taken away.";
        }
    }
}

/// <summary>One part of a run at a fixed rate.</summary>
internal sealed record RatePart
{
    /// <summary>Of events that are no starts.</summary>
    public required RateWaits Live { get; init; }

    /// <summary>Of starts: these wait for the context.</summary>
    public required RateWaits Starts { get; init; }

    /// <summary>Starts that were answered with a minimal context.</summary>
    public required int MinimalContexts { get; init; }

    /// <summary>How late the bench itself was with an event, 99 of 100 times no more; part of the waits above. Milliseconds.</summary>
    public required double LatenessP99Ms { get; init; }

    /// <summary>Of one core, in per cent.</summary>
    public required double ServiceCorePercent { get; init; }
    public required double ClientCorePercent { get; init; }

    public string ToString(string name) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {name}: service {ServiceCorePercent:0} %, client {ClientCorePercent:0} % of a core; the bench's own lateness, part of what follows, p99 {LatenessP99Ms:0.00}
          live events {Live}
          starts      {Starts}; {MinimalContexts} with a minimal context
        """);
}

/// <summary>What a flood of new calls did to those that had been accepted, and what became of it.</summary>
internal sealed record RateFlood
{
    /// <summary>Starts of new calls that were due a second, on top of the rate.</summary>
    public required int PerSecond { get; init; }

    /// <summary>The events at the fixed rate meanwhile, without the starts that were refused.</summary>
    public required RatePart Accepted { get; init; }

    /// <summary>Starts of the flood that were applied: their calls were live until it was over, and stand in the database.</summary>
    public required int Taken { get; init; }

    /// <summary>Starts of the flood that were answered 429 or 503.</summary>
    public required int Refused { get; init; }

    /// <summary>Starts that were not sent: all connections waited for an answer.</summary>
    public required int Unsent { get; init; }

    /// <summary>Starts at the fixed rate that were answered 429 or 503, and their calls left.</summary>
    public int Shed { get; init; }

    /// <summary>The service's memory before the flood, in MiB.</summary>
    public required double CalmMiB { get; init; }

    /// <summary>The most memory it had, in MiB.</summary>
    public required double MostMiB { get; init; }

    public string ToString(int seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Accepted.ToString($"{seconds} s with {PerSecond} new calls a second on top")}
          of those    {Taken} taken on, {Refused} refused with 429 or 503, {Unsent} not sent; {Shed} of the starts above refused; memory {CalmMiB:0} MiB before, {MostMiB:0} MiB at most
        """);
}

/// <summary>How long events waited, in milliseconds.</summary>
internal sealed record RateWaits(int Events, double P50, double P99, double Max)
{
    public static RateWaits Of(Latencies waits) => new(waits.Count, waits.Percentile(0.5) ?? 0, waits.Percentile(0.99) ?? 0, waits.Percentile(1) ?? 0);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Events}: p50 {P50:0.00}, p99 {P99:0.00}, max {Max:0.0}");
}
