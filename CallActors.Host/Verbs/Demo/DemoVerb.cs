using System.Collections.Immutable;
using CallActors.Host.Verbs.Older;
using CallActors.Telemetry;
using Spectre.Console;

namespace CallActors.Host.Verbs.Demo;

/// <summary>The service and a simulated gateway on it, then the design it replaces on the same calls, then what each of them cost.</summary>
internal sealed class DemoVerb(DemoOptions options, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Every demo of one number of calls brings the same calls.</summary>
    public const int Seed = 1;

    /// <summary>Mismatches shown; a service that is badly broken has one for every call.</summary>
    private const int Shown = 20;
    private const int WarmUpCalls = 20;

    private const string Footnote =
        """
        A call's share, as measured here. before: one call at a time; now: side by side
        over HTTP, calls share statements and commits. Times are theirs, commits included.
        The embedded database is in this process: a statement to it costs no round trip.
        """;

    private readonly DemoProgress _progress = new(console);

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        try
        {
            return await ShowAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            console.WriteLine("Stopped before the end.");
            return CommandLine.Failed;
        }
        catch (Exception e) when (RunFailures.WordsOf(e) is { } words)
        {
            await Console.Error.WriteLineAsync(words);
            return CommandLine.Failed;
        }
    }

    private async Task<int> ShowAsync(CancellationToken cancel)
    {
        using var folder = new DemoFolder();
        await using var database = await CreateAsync(folder, "crm.db", options.Calls, cancel);
        await using var service = await DemoService.StartAsync(options.Urls, database, folder, cancel);
        await WarmUpAsync(folder, cancel);

        console.WriteLine($"CallActors is up on {service.Client.BaseAddress}; a gateway calls, {Math.Min(options.Concurrency, options.Calls)} calls at once.");
        var scripts = await PlanAsync(options.Calls, database, cancel);
        var (results, figures) = await _progress.RunAsync("Calls through CallActors", options.Calls, hungUp => DriveAsync(service, scripts, hungUp, cancel));
        var before = await _progress.RunAsync("Calls the old way", options.Calls, hungUp => RunOldDesignAsync(folder, "before.db", scripts, hungUp, cancel));
        var stored = await StoredCall.ReadAllAsync(database, cancel);

        console.WriteLine();
        console.Write(CostTable.Of(before, DesignCost.Of(options.Calls, figures)));
        console.WriteLine(Footnote);
        console.WriteLine();
        console.Write(OutcomeTable.Of(results, stored));
        var fits = Report([.. CallAudit.Mismatches(results, stored, figures)]);
        await OfferAsync(service, cancel);
        return fits ? CommandLine.Done : CommandLine.Failed;
    }

    /// <summary>A few calls through each design on databases of their own: the first use of code is compiled here, and not on any design's account.</summary>
    private async Task WarmUpAsync(DemoFolder folder, CancellationToken cancel)
    {
        await using var database = await CreateAsync(folder, "warm.db", WarmUpCalls, cancel);
        await using var service = await DemoService.StartAsync(DemoOptions.DefaultUrls, database, folder, cancel);
        var scripts = await PlanAsync(WarmUpCalls, database, cancel);
        await DriveAsync(service, scripts, () => { }, cancel);
        await RunOldDesignAsync(folder, "warm-before.db", scripts, () => { }, cancel);
    }

    /// <summary>Through the service, until the last call is committed.</summary>
    private async Task<(ImmutableArray<CallResult> Results, ServiceFigures Figures)> DriveAsync(
        DemoService service, ImmutableArray<CallScript> scripts, Action hungUp, CancellationToken cancel)
    {
        var before = await service.FiguresAsync(cancel);
        var results = await new SimulatedGateway(service.Client, time).DriveAsync(scripts, options.Concurrency, hungUp, cancel);
        return (results, (await service.SettleAsync(time, cancel)).Since(before));
    }

    /// <summary>The same calls, the old way, on a database of its own that began as the same.</summary>
    private async Task<DesignCost> RunOldDesignAsync(
        DemoFolder folder, string file, ImmutableArray<CallScript> scripts, Action hungUp, CancellationToken cancel)
    {
        await using var database = await CreateAsync(folder, file, scripts.Length, cancel);
        var counter = new StatementCounter();
        var design = new OldDesign(async stop => await database.ConnectAsync(stop), counter, time);

        // Off this thread: SQLite works on the one that asks, and the progress bar wants to be drawn.
        await Task.Run(async () =>
        {
            await design.PrepareAsync(scripts.Select(script => script.ToOldCall(time.GetUtcNow())), cancel);
            foreach (var script in scripts)
            {
                await design.TakeAsync(script.ToOldCall(time.GetUtcNow()), cancel);
                hungUp();
            }
        }, cancel);
        return DesignCost.Of(scripts.Length, counter);
    }

    private async Task<ImmutableArray<CallScript>> PlanAsync(int calls, DemoDatabase database, CancellationToken cancel) =>
        CallMix.Plan(Seed, calls, await PhoneBook.ReadAsync(database, cancel), time.GetUtcNow());

    private Task<DemoDatabase> CreateAsync(DemoFolder folder, string file, int calls, CancellationToken cancel) =>
        DemoDatabase.CreateAsync(folder.PathOf(file), CallMix.JobsFor(calls), time, cancel);

    private bool Report(ImmutableArray<string> mismatches)
    {
        console.WriteLine();
        if (mismatches.IsEmpty)
        {
            console.WriteLine($"All {options.Calls} calls are in the database as the gateway told them.");
            return true;
        }

        console.WriteLine($"{mismatches.Length} things in the database are not as the gateway told them:");
        foreach (var mismatch in mismatches.Take(Shown)) console.WriteLine($"  {mismatch}");
        if (mismatches.Length > Shown) console.WriteLine($"  … and {mismatches.Length - Shown} more");
        return false;
    }

    /// <summary>
    /// On a terminal the service stays, to be looked at. Elsewhere somebody waits for the end: an address of what is gone then is of no use without a word.
    /// </summary>
    private async Task OfferAsync(DemoService service, CancellationToken cancel)
    {
        var stays = options.Stay || console.Profile.Out.IsTerminal;
        console.WriteLine($"The dashboard is on {service.Client.BaseAddress}");
        console.WriteLine(stays
            ? "The service stays up to be looked at; Ctrl-C ends it."
            : "The service ends here; with --stay it stays up until Ctrl-C.");
        if (stays) await service.ServeAsync(cancel);
    }
}
