using System.CommandLine;
using System.Globalization;
using CallActors.Host.Options;
using CallActors.Host.Verbs.Bench;
using CallActors.Host.Verbs.Bench.Wire;
using CallActors.Host.Verbs.Demo;
using CallActors.Host.Verbs.Older;
using Spectre.Console;

namespace CallActors.Host.Verbs;

/// <summary>The verbs, their options, and the exit codes: 0 done, 1 failed, 2 wrong arguments or configuration.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>
    /// How long a verb may take to end once it is told to. The parser's own patience, two seconds, is shorter than a drain, and what it kills is lost.
    /// </summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);

    private const string Settings =
        "Any key of the configuration can be given, too: --urls http://127.0.0.1:8080, --CallActors:Database:Provider=PostgreSql, …";

    public static async Task<int> RunAsync(string[] args)
    {
        var serve = new Command("serve", "The service (the default). " + Settings) { TreatUnmatchedTokensAsErrors = false };
        serve.SetAction((parsed, cancel) => Guarded(parsed, configuration => ServeVerb.RunAsync(configuration, cancel)));

        var demo = Demo();
        var bench = Bench();

        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be done, and do nothing." };
        var migrate = new Command("migrate", "Creates what is missing in the configured databases and says what it did. " + Settings) { dryRun };
        migrate.TreatUnmatchedTokensAsErrors = false;
        migrate.SetAction((parsed, cancel) =>
            Guarded(parsed, configuration => MigrateVerb.RunAsync(configuration, parsed.GetValue(dryRun), Console.Out, cancel)));

        var url = new Option<string?>("--url") { Description = "Where the service is; otherwise the first of the configured Urls." };
        var healthcheck = new Command("healthcheck", "Asks a running service's /health/ready; exit code 0 or 1. " + Settings) { url };
        healthcheck.TreatUnmatchedTokensAsErrors = false;
        healthcheck.SetAction((parsed, cancel) =>
            Guarded(parsed, configuration => HealthcheckVerb.RunAsync(configuration, parsed.GetValue(url), Console.Out, cancel)));

        var older = Measured(ServiceChild.OldVerb, "The design that is replaced, behind HTTP.", OldService.RunAsync);
        var measured = Measured(ServiceChild.ServeVerb, "The service.", ServeVerb.RunAsync);

        var root = new RootCommand("CallActors, an actor-model call orchestration service.") { serve, demo, bench, migrate, healthcheck, older, measured };
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((parsed, cancel) => Guarded(parsed, configuration => ServeVerb.RunAsync(configuration, cancel)));

        // A key may begin with @, and is no name of a file with more arguments.
        var result = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count == 0) return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = EndPatience });
        await Console.Error.WriteLineAsync(result.Errors[0].Message);
        return ConfigurationException.ExitCode;
    }

    private static Command Demo()
    {
        var calls = Number("--calls", $"How many calls go through each design, 1 to {DemoOptions.MostCalls}.", DemoOptions.DefaultCalls);
        var concurrency = Number("--concurrency", $"How many of them at once, 1 to {DemoOptions.MostConcurrency}.", DemoOptions.DefaultConcurrency);
        var urls = new Option<string>("--urls")
        {
            Description = "Where the service listens, on loopback; port 0 is any that is free.",
            HelpName = "address",
            DefaultValueFactory = _ => DemoOptions.DefaultUrls,
        };
        var stay = new Option<bool>("--stay") { Description = "Leave the service up until Ctrl-C where the output is no terminal, too." };
        var demo = new Command(
            "demo",
            "The service on a database of its own in a temporary folder, a simulated gateway that calls it over HTTP, the design it replaces on the same "
            + "calls, and what each cost the database. On a terminal the service stays up until Ctrl-C, with its dashboard. Exit code 1 where a call is not in the database "
            + "as the gateway told it. No other setting is read.")
        {
            calls, concurrency, urls, stay,
        };
        demo.SetAction((parsed, cancel) => Speaking(() =>
        {
            if (parsed.UnmatchedTokens is [var stray, ..])
                throw new ConfigurationException($"'{stray.Split('=', 2)[0]}' is no option of demo; demo --help lists them.");
            var options = DemoOptions.Read(parsed.GetValue(calls)!, parsed.GetValue(concurrency)!, parsed.GetValue(urls)!, parsed.GetValue(stay));
            return new DemoVerb(options, AnsiConsole.Console, TimeProvider.System).RunAsync(cancel);
        }));
        return demo;
    }

    private static Command Bench()
    {
        var calls = Number(
            "--calls", $"How many calls a round brings, 1 to {BenchOptions.MostCalls}; slow designs get a part of them.", BenchOptions.DefaultCalls);
        var concurrency = Number("--concurrency", $"How many of them at once, 1 to {BenchOptions.MostConcurrency}.", BenchOptions.DefaultConcurrency);
        var rounds = Number("--rounds", $"How many rounds, 1 to {BenchOptions.MostRounds}; the medians are shown.", BenchOptions.DefaultRounds);
        var designs = new Option<string>("--design")
        {
            Description = $"Which designs: {string.Join(", ", BenchDesigns.Names)}.",
            HelpName = "list",
            DefaultValueFactory = _ => string.Join(',', BenchDesigns.Names),
        };
        var cluster = Number("--cluster",
            $"Instead of designs: the same calls through clusters of one node, of two, up to this many on this machine, 1 to {BenchOptions.MostNodes}, over WebSockets.", 0);
        var rate = Number("--rate",
            $"Instead of rounds: this many events a second over HTTP, 1 to {BenchOptions.MostRate}, with the CRM and with the CRM away, and what they wait.",
            0);
        var flood = Number("--flood",
            $"In the second part at a fixed rate this many new calls a second on top, 1 to {BenchOptions.MostRate}, in place of the CRM being away.", 0);
        var seconds = Number("--seconds", $"How long each part at a fixed rate is, 1 to {BenchOptions.MostSeconds}.", BenchOptions.DefaultSeconds);
        var warmUp = Number("--warm-up",
            $"How many seconds at a fixed rate go before these parts and are told apart, 0 to {BenchOptions.MostSeconds}: a process that was just started compiles.", BenchOptions.DefaultWarmUp);
        var hold = Number("--hold", $"How many calls to hold live at once after the rounds, 0 to {BenchOptions.MostHeld}, to see what each costs.", 0);
        var json = new Option<string?>("--json") { Description = "Write the figures into this file, too.", HelpName = "file" };
        var against = new Option<string?>(
            "--against")
        { Description = "Compare the ratios with those of this file, once written by --json; exit code 1 where one has lost more than a quarter.", HelpName = "file" };
        var bench = new Command(
            "bench",
            "The same calls through each design, side by side on the configured database: in schemas of its own on PostgreSQL, in files of its own on SQLite, which are "
            + "gone afterwards. " + Settings)
        {
            calls, concurrency, rounds, designs, cluster, rate, seconds, warmUp, flood, hold, json, against,
        };
        bench.TreatUnmatchedTokensAsErrors = false;
        bench.SetAction((parsed, cancel) => Guarded(parsed, configuration =>
        {
            var options = BenchOptions.Read(
                parsed.GetValue(calls)!, parsed.GetValue(concurrency)!, parsed.GetValue(rounds)!, parsed.GetValue(designs)!, parsed.GetValue(cluster)!,
                parsed.GetValue(rate)!, parsed.GetValue(seconds)!,
                parsed.GetValue(warmUp)!, parsed.GetValue(flood)!, parsed.GetValue(hold)!, parsed.GetValue(json), parsed.GetValue(against));
            return new BenchVerb(options, BenchSetting.Of(configuration, new BenchPeople(), TimeProvider.System), AnsiConsole.Console).RunAsync(cancel);
        }));
        return bench;
    }

    /// <summary>A verb for the bench alone, which gives what it starts all that it is to know in its environment.</summary>
    private static Command Measured(string name, string description, Func<IConfiguration, CancellationToken, Task<int>> verb)
    {
        var command = new Command(name, description) { Hidden = true };
        command.SetAction((_, cancel) => Speaking(() => verb(ServiceConfiguration.ReadEnvironment(), cancel)));
        return command;
    }

    private static Option<string> Number(string name, string description, int otherwise) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = _ => otherwise.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Reads the configuration and runs a verb.</summary>
    private static Task<int> Guarded(ParseResult parsed, Func<IConfiguration, Task<int>> verb) =>
        Speaking(() => verb(ServiceConfiguration.Read(parsed.UnmatchedTokens)));

    /// <summary>A wrong value ends a verb with one sentence and no stack trace.</summary>
    private static async Task<int> Speaking(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (ConfigurationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ConfigurationException.ExitCode;
        }
    }
}
