using CallActors.Host.Options;

namespace CallActors.Host.Verbs.Demo;

/// <summary>What the demo is asked to do.</summary>
/// <param name="Calls">How many calls go through each design.</param>
/// <param name="Concurrency">How many of them at once.</param>
/// <param name="Urls">Where the service listens; port 0: any that is free.</param>
/// <param name="Stay">Whether the service stays up though nobody is at a terminal.</param>
internal sealed record DemoOptions(int Calls, int Concurrency, string Urls, bool Stay = false)
{
    public const int DefaultCalls = 200;
    public const int MostCalls = 100_000;
    public const int DefaultConcurrency = 20;
    public const int MostConcurrency = 1_000;
    public const string DefaultUrls = "http://127.0.0.1:0";

    /// <exception cref="ConfigurationException">A value is wrong.</exception>
    public static DemoOptions Read(string calls, string concurrency, string urls, bool stay = false) =>
        new(SettingReader.Argument("--calls", calls, MostCalls), SettingReader.Argument("--concurrency", concurrency, MostConcurrency), urls, stay);
}
