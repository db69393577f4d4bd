using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CallActors.Host.Options;
using CallActors.Host.Verbs.Bench.Rate;
using CallActors.Host.Verbs.Demo;
using Spectre.Console;

namespace CallActors.Host.Verbs.Bench;

/// <summary>
/// The same calls through each design, in turn, round after round, each on a database of its own: medians, so that a slow second of the machine counts for
/// nobody.
/// </summary>
internal sealed class BenchVerb(BenchOptions options, BenchSetting setting, IAnsiConsole console)
{
    /// <summary>A ratio may be this much worse than the baseline's; beyond it something was lost.</summary>
    private const double Tolerance = 0.25;
    private const int ReportWidth = 160;
    private readonly DemoProgress _progress = new(console, lines: 1);

    private CallActorsOptions Configured => setting.Configured;

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        if (options.Designs.Any(BenchDesigns.IsClustered)
            && (Configured.Journal.Provider, Configured.Database.Provider) != (DatabaseProvider.PostgreSql, DatabaseProvider.PostgreSql))
            throw new ConfigurationException(
                "--cluster is given; PostgreSql as CallActors:Database:Provider and as CallActors:Journal:Provider is expected, since the nodes share both.");

        // A file that cannot be written and a baseline that cannot be read are known before an hour of rounds, not after it.
        var baseline = options.BaselineFile is { } file ? ReadBaseline(file) : null;
        if (baseline is not null && baseline.Database != Configured.Database.Provider.ToString())
            throw new ConfigurationException(
                $"--against is '{options.BaselineFile}', a report of {baseline.Database}; one of {Configured.Database.Provider} is expected.");
        if (options.JsonFile is { } output) BenchReport.CheckWritable(output);
        try
        {
            var report = options.Rate > 0 ? await PaceAsync(cancel) : await MeasureAsync(cancel);
            Show(report);
            if (options.JsonFile is { } json) report.Write(json);
            return baseline is null || Holds(report, baseline) ? CommandLine.Done : CommandLine.Failed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            console.WriteLine("Stopped before the end.");
        }
        catch (Exception e) when (RunFailures.WordsOf(e) is { } words)
        {
            await Console.Error.WriteLineAsync(words);
        }

        return CommandLine.Failed;
    }

    private async Task<BenchReport> MeasureAsync(CancellationToken cancel)
    {
        var postgres = Configured.Database.Provider == DatabaseProvider.PostgreSql
            ? await PostgresCpu.FindAsync(Configured.Database.ConnectionString, cancel)
            : null;
        var meter = new BenchMeter(postgres, setting.Time);
        var designs = new List<(string Name, BenchDesign Design)>();
        var rounds = options.Designs.ToDictionary(name => name, _ => new List<BenchRound>());
        try
        {
            foreach (var name in options.Designs) designs.Add((name, await BenchDesigns.StartAsync(name, setting, cancel)));
            var start = setting.Time.GetUtcNow();
            var next = designs.ToDictionary(design => design.Name, _ => 0);

            // Round 0 warms up: code is compiled, statements are prepared, connections are made.
            for (var round = 0; round <= options.Rounds; round++)
            {
                foreach (var (name, design) in designs)
                {
                    var number = BenchDesigns.CallsOf(name, options.Calls);
                    var calls = Enumerable.Range(next[name], number).Select(i => new BenchCall(i, setting.People, start)).ToImmutableArray();
                    next[name] += number;
                    var what = $"{(round == 0 ? "warm-up" : string.Create(CultureInfo.InvariantCulture, $"round {round}"))} {name}";
                    var measured = await _progress.RunAsync(
                        what, number, hungUp => meter.MeasureAsync(design, calls, BenchDesigns.ConcurrencyOf(name, options.Concurrency), hungUp, cancel));
                    if (round > 0) rounds[name].Add(measured);
                }
            }

            foreach (var (name, design) in designs)
            {
                var stored = await design.Database.CountCompletedAsync(cancel);
                if (stored != next[name]) throw new BenchException($"{name}: {next[name]} calls were taken and {stored} stand in the database.");
            }
        }
        finally
        {
            foreach (var (_, design) in designs) await design.DisposeAsync();
        }

        var held = options.Hold > 0 ? await HoldAsync(cancel) : null;
        return Report(options.Designs.ToDictionary(name => name, name => BenchRound.MedianOf(rounds[name]))) with { Held = held };
    }

    private BenchReport Report(Dictionary<string, BenchRound> designs) => new()
    {
        At = setting.Time.GetUtcNow(),
        Database = Configured.Database.Provider.ToString(),
        Journal = Configured.Journal.Provider.ToString(),
        Calls = options.Calls,
        Concurrency = options.Concurrency,
        Rounds = options.Rounds,
        Designs = designs,
    };

    private async Task<BenchReport> PaceAsync(CancellationToken cancel)
    {
        var plan = RateRun.PlanOf(options, Configured);
        return Report(
            []) with
        {
            Rate = await _progress.RunAsync(
            "calls at a fixed rate", plan.Calls, hungUp => new RateRun(setting, plan, options, hungUp).RunAsync(cancel))
        };
    }

    /// <summary>On a database and a journal of its own, when the designs have gone.</summary>
    private async Task<HeldCalls> HoldAsync(CancellationToken cancel)
    {
        var roomy = Configured with { Limits = Configured.Limits with { PerNode = Math.Max(Configured.Limits.PerNode, options.Hold + options.Concurrency) } };
        await using var design = (CallActorsDesign)await BenchDesigns.StartAsync(BenchDesigns.CallActors, setting with { Configured = roomy }, cancel);
        return await _progress.RunAsync("calls held", options.Hold,
            started => new BenchHold(design, setting.People, setting.Time).RunAsync(options.Hold, options.Concurrency, started, cancel));
    }

    private void Show(BenchReport report)
    {
        // A file has no width; a table that is cut there tells nothing.
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = Math.Max(console.Profile.Width, ReportWidth);
        console.WriteLine();
        if (report.Rate is { } rate)
        {
            console.WriteLine($"{report.Database}, journal on {report.Journal}; {report.Cores} cores, {report.Machine}");
            console.WriteLine(rate.ToString());
            return;
        }

        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Database}, journal on {report.Journal}; {report.Calls} calls a round, {report.Concurrency} at once, medians of {report.Rounds} rounds; {report.Cores} cores, {report.Machine}"));
        console.Write(report.ToTable());
        if (report.Held is { } held) console.WriteLine(held.ToString());
        foreach (var (name, value) in report.Ratios()) console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {value:0.00}"));
    }

    private bool Holds(BenchReport report, BenchReport baseline)
    {
        var before = baseline.Ratios().ToDictionary();
        var lost = report.Ratios().Where(ratio => before.TryGetValue(ratio.Name, out var was) && ratio.Value < was * (1 - Tolerance)).ToList();
        foreach (var (name, value) in lost)
            console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"LOST: {name} is {value:0.00}; the baseline of {baseline.At:yyyy-MM-dd} has {before[name]:0.00}"));
        return lost.Count == 0;
    }

    private static BenchReport ReadBaseline(string file)
    {
        try
        {
            return BenchReport.Read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or JsonException)
        {
            throw new ConfigurationException($"--against is '{file}', which cannot be read as a report of bench --json: {e.InOneLine()}");
        }
    }
}
