using System.Collections.Immutable;
using CallActors.Host.Options;

namespace CallActors.Host.Verbs.Bench;

/// <summary>What the bench is asked to do.</summary>
/// <param name="Calls">How many calls a round brings to a design; the slow ones get a part of them.</param>
/// <param name="Concurrency">How many calls at once.</param>
/// <param name="Rounds">Rounds a design; the median counts.</param>
/// <param name="Designs">Their names, in the order in which they are run.</param>
/// <param name="Rate">Instead of rounds: how many events a second, at a fixed rate; 0: rounds.</param>
/// <param name="Seconds">Seconds of each part at a fixed rate.</param>
/// <param name="WarmUp">Seconds at the fixed rate before these parts, told apart; 0: none.</param>
/// <param name="Flood">Starts of new calls a second that come on top in the second part at a fixed rate; 0: none, and the CRM is taken away instead.</param>
/// <param name="Hold">How many calls to hold live at once after the rounds; 0: none.</param>
/// <param name="JsonFile">Where the figures go, too; null: nowhere.</param>
/// <param name="BaselineFile">Figures to compare the ratios with; null: none.</param>
internal sealed record BenchOptions(int Calls, int Concurrency, int Rounds, ImmutableArray<string> Designs, int Rate, int Seconds, int WarmUp, int Flood,
    int Hold, string? JsonFile, string? BaselineFile)
{
    public const int DefaultCalls = 10_000;
    public const int MostCalls = 1_000_000;
    public const int DefaultConcurrency = 1_000;
    public const int MostConcurrency = 100_000;
    public const int MostHeld = 1_000_000;
    public const int MostRate = 50_000;
    public const int DefaultSeconds = 20;
    public const int MostSeconds = 600;

    /// <summary>In seconds. After these most of what runs often at 2,000 events a second has been compiled, on two slow cores.</summary>
    public const int DefaultWarmUp = 30;
    public const int DefaultRounds = 3;
    public const int MostNodes = 16;
    public const int MostRounds = 100;

    /// <exception cref="ConfigurationException">A value is wrong.</exception>
    public static BenchOptions Read(
        string calls, string concurrency, string rounds, string designs, string cluster, string rate, string seconds, string warmUp, string flood, string hold,
        string? json, string? baseline)
    {
        var read = new BenchOptions(
            SettingReader.Argument("--calls", calls, MostCalls), SettingReader.Argument("--concurrency", concurrency, MostConcurrency),
            SettingReader.Argument("--rounds", rounds, MostRounds),
            SettingReader.Argument("--cluster", cluster, MostNodes, least: 0) is > 0 and var nodes ? BenchDesigns.UpToNodes(nodes) : DesignsOf(designs),
            SettingReader.Argument("--rate", rate, MostRate, least: 0), SettingReader.Argument("--seconds", seconds, MostSeconds),
            SettingReader.Argument("--warm-up", warmUp, MostSeconds, least: 0),
            SettingReader.Argument("--flood", flood, MostRate, least: 0), SettingReader.Argument("--hold", hold, MostHeld, least: 0), json, baseline);
        return read is { Flood: > 0, Rate: 0 } ? throw SettingReader.Wrong("--rate", rate, "the rate of the events that a flood comes on top of") : read;
    }

    private static ImmutableArray<string> DesignsOf(string given)
    {
        var names = given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0 || names.FirstOrDefault(name => !BenchDesigns.Names.Contains(name)) is { })
            throw SettingReader.Wrong("--design", given, $"a list of {string.Join(", ", BenchDesigns.Names)}");
        return [.. names.Distinct()];
    }
}
