// The one door: dotnet tool restore && dotnet cake [--target=…]
var target = Argument("target", "Test");
var configuration = Argument("configuration", "Release");
const string Solution = "CallActors.sln";
const string Host = "CallActors.Host/CallActors.Host.csproj";
// The host runs in its own folder: paths that are given to it are whole ones.
var baseline = MakeAbsolute(File($"CallActors.Host/Verbs/Bench/baseline.{EnvironmentVariable("CallActors__Database__Provider") ?? "Sqlite"}.json"));
var artifacts = Directory("artifacts");

Task("Clean")
    .Description("Removes what builds left behind.")
    .Does(() => CleanDirectories(GetDirectories("./CallActors*/bin") + GetDirectories("./CallActors*/obj") + artifacts));

Task("Restore")
    .Description("Restores packages and tools.")
    .Does(() => DotNetRestore(Solution));

Task("Build")
    .Description("Builds the solution; a warning is an error.")
    .IsDependentOn("Restore")
    .Does(() => DotNetBuild(Solution, new DotNetBuildSettings { Configuration = configuration, NoRestore = true }));

Task("Format")
    .Description("Checks the layout of the code; --fix mends it.")
    .IsDependentOn("Restore")
    .Does(() => DotNetFormat(Solution, new DotNetFormatSettings { NoRestore = true, VerifyNoChanges = !HasArgument("fix") }));

Task("Test")
    .Description("Runs all specs (the default). --filter narrows them.")
    .IsDependentOn("Build")
    .Does(() => DotNetTest(Solution, new DotNetTestSettings
    {
        Configuration = configuration,
        NoBuild = true,
        Filter = Argument("filter", ""),
    }));

Task("Publish")
    .Description("Publishes the host into artifacts/host.")
    .IsDependentOn("Restore")
    .Does(() => DotNetPublish(Host, new DotNetPublishSettings { Configuration = configuration, OutputDirectory = artifacts + Directory("host") }));

Task("Demo")
    .Description("Runs the service, a simulated gateway and the design it replaces, and compares what they cost the database.")
    .IsDependentOn("Build")
    .Does(() => RunHost("demo"));

Task("Chaos")
    .Description("Kills a real service at random moments under a gateway that retries; --rounds=100, --seed=… to repeat a run.")
    .IsDependentOn("Build")
    .Does(() => DotNetTest(Solution, new DotNetTestSettings
    {
        Configuration = configuration,
        NoBuild = true,
        Filter = "FullyQualifiedName~CrashSpecs.Killed_at_random_moments",
        EnvironmentVariables = Chaos(),
        Loggers = { "console;verbosity=detailed" },
        // One spec that is silent for as long as its rounds take: the patience of the other specs' settings is not for it.
        ArgumentCustomization = arguments => arguments.Append("-p:RunSettingsFilePath="),
    }));

Dictionary<string, string> Chaos()
{
    var variables = new Dictionary<string, string> { ["CALLACTORS_CHAOS_ROUNDS"] = Argument("rounds", "100") };
    if (HasArgument("seed")) variables["CALLACTORS_CHAOS_SEED"] = Argument<string>("seed");
    return variables;
}

Task("Bench")
    .Description("A short bench on the configured database, its ratios compared with the committed ones; --calls=… --rounds=…, --json=… to write new ones.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        var json = HasArgument("json") ? $" --json \"{MakeAbsolute(File(Argument<string>("json")))}\"" : "";
        RunHost($"bench --calls {Argument("calls", 5000)} --rounds {Argument("rounds", 3)} --design before,seed,callactors,callactors-memory,limit --against \"{baseline}\"{json}");
    });

Task("BenchOrleans")
    .Description("The bench beside the same service on Orleans, which nothing that is shipped has in it; on PostgreSQL. --calls=… --rounds=…")
    .Does(() =>
    {
        const string property = "-p:Orleans=true";
        DotNetBuild(Host, new DotNetBuildSettings { Configuration = configuration, ArgumentCustomization = arguments => arguments.Append(property) });
        RunHost($"bench --calls {Argument("calls", 5000)} --rounds {Argument("rounds", 3)} --design callactors,orleans,callactors-memory,orleans-memory",
            property);
    });

void RunHost(string verb, string property = "")
{
    var exitCode = StartProcess("dotnet", $"run --no-build -c {configuration} {property} --project {Host} -- {verb}");
    if (exitCode != 0) throw new CakeException(exitCode, $"{verb} ended with exit code {exitCode}.");
}

RunTarget(target);
