using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using CallActors.Host.Options;
using CallActors.Host.Verbs.Demo;
using CallActors.Journal;
using CallActors.Storage;
using Spectre.Console;

namespace CallActors.Host.Verbs.Bench;

/// <summary>The same calls through each design, in turn, round after round, each on a database of its own: medians, so that a slow second of the machine counts for nobody.</summary>
internal sealed class BenchVerb(BenchOptions options, CallActorsOptions configured, IAnsiConsole console, TimeProvider time)
{
    /// <summary>A ratio may be this much worse than the baseline's; beyond it something was lost.</summary>
    private const double Tolerance = 0.25;
    private const int ReportWidth = 160;
    private readonly BenchPeople _people = new();
    private readonly DemoProgress _progress = new(console, lines: 1);

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        // A baseline that cannot be read is known before an hour of rounds, not after it.
        var baseline = options.BaselineFile is { } file ? ReadBaseline(file) : null;
        if (baseline is not null && baseline.Database != configured.Database.Provider.ToString())
            throw new ConfigurationException($"--against is '{options.BaselineFile}', a report of {baseline.Database}; one of {configured.Database.Provider} is expected.");
        try
        {
            var report = await MeasureAsync(cancel);
            Show(report);
            if (options.JsonFile is { } json) report.Write(json);
            return baseline is null || Holds(report, baseline) ? CommandLine.Done : CommandLine.Failed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            console.WriteLine("Stopped before the end.");
        }
        catch (Exception e) when (e is BenchException or CrmException or JournalException or DbException)
        {
            console.WriteLine(e.Message);
        }

        return CommandLine.Failed;
    }

    private async Task<BenchReport> MeasureAsync(CancellationToken cancel)
    {
        var postgres = configured.Database.Provider == DatabaseProvider.PostgreSql ? await PostgresCpu.FindAsync(configured.Database.ConnectionString, cancel) : null;
        var meter = new BenchMeter(postgres, time);
        var designs = new List<(string Name, BenchDesign Design)>();
        var rounds = options.Designs.ToDictionary(name => name, _ => new List<BenchRound>());
        try
        {
            foreach (var name in options.Designs) designs.Add((name, await BenchDesigns.StartAsync(name, configured, _people, time, cancel)));
            var start = time.GetUtcNow();
            var next = designs.ToDictionary(design => design.Name, _ => 0);

            // Round 0 warms up: code is compiled, statements are prepared, connections are made.
            for (var round = 0; round <= options.Rounds; round++)
            {
                foreach (var (name, design) in designs)
                {
                    var number = BenchDesigns.CallsOf(name, options.Calls);
                    var calls = Enumerable.Range(next[name], number).Select(i => new BenchCall(i, _people, start)).ToImmutableArray();
                    next[name] += number;
                    var what = $"{(round == 0 ? "warm-up" : string.Create(CultureInfo.InvariantCulture, $"round {round}"))} {name}";
                    var measured = await _progress.RunAsync(what, number, hungUp => meter.MeasureAsync(design, calls, BenchDesigns.ConcurrencyOf(name, options.Concurrency), hungUp, cancel));
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
        return new BenchReport
        {
            Held = held,
            At = time.GetUtcNow(),
            Database = configured.Database.Provider.ToString(),
            Journal = configured.Journal.Provider.ToString(),
            Calls = options.Calls,
            Concurrency = options.Concurrency,
            Rounds = options.Rounds,
            Designs = options.Designs.ToDictionary(name => name, name => BenchRound.MedianOf(rounds[name])),
        };
    }

    /// <summary>On a database and a journal of its own, when the designs have gone.</summary>
    private async Task<HeldCalls> HoldAsync(CancellationToken cancel)
    {
        var roomy = configured with { Limits = configured.Limits with { PerNode = Math.Max(configured.Limits.PerNode, options.Hold + options.Concurrency) } };
        await using var design = (CallActorsDesign)await BenchDesigns.StartAsync(BenchDesigns.CallActors, roomy, _people, time, cancel);
        return await _progress.RunAsync("calls held", options.Hold, started => new BenchHold(design, _people, time).RunAsync(options.Hold, options.Concurrency, started, cancel));
    }

    private void Show(BenchReport report)
    {
        // A file has no width; a table that is cut there tells nothing.
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = Math.Max(console.Profile.Width, ReportWidth);
        console.WriteLine();
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
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"LOST: {name} is {value:0.00}; the baseline of {baseline.At:yyyy-MM-dd} has {before[name]:0.00}"));
        return lost.Count == 0;
    }

    private static BenchReport ReadBaseline(string file)
    {
        try
        {
            return BenchReport.Read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ConfigurationException($"--against is '{file}', which cannot be read as a report of bench --json: {e.Message.ReplaceLineEndings(" ")}");
        }
    }
}
