using CallActors.Host.Options;

namespace CallActors.Host.Verbs.Bench;

/// <summary>What every design of a bench is run on.</summary>
/// <param name="Configured">The configuration, read and checked.</param>
/// <param name="Configuration">The same as it was given, for a service in another process.</param>
/// <param name="People">Who is in the CRM.</param>
/// <param name="Time">The clock.</param>
internal sealed record BenchSetting(CallActorsOptions Configured, IConfiguration Configuration, BenchPeople People, TimeProvider Time)
{
    /// <summary>
    /// Another's nodes, gateways and address: a bench that joined the cluster it is configured for would take its calls. Of a cluster of its own it says all.
    /// </summary>
    private static readonly string[] NotTaken = ["CallActors:Cluster", "CallActors:Gateway", "Urls"];

    /// <summary>What of a service's configuration a bench takes: all that bears on its speed.</summary>
    /// <exception cref="ConfigurationException">A value is wrong.</exception>
    public static BenchSetting Of(IConfiguration configuration, BenchPeople people, TimeProvider time)
    {
        _ = ServiceOptions.Read(configuration);
        var taken = new ConfigurationBuilder()
            .AddInMemoryCollection(configuration.AsEnumerable().Where(pair => pair.Value is not null && !NotTaken.Any(section => IsIn(section, pair.Key))))
            .Build();
        return new BenchSetting(ServiceOptions.Read(taken).Core, taken, people, time);
    }

    private static bool IsIn(string section, string key) =>
        key.StartsWith(section, StringComparison.OrdinalIgnoreCase) && (key.Length == section.Length || key[section.Length] == ':');
}
