
namespace CallActors.Host.Options;

/// <summary>The keys there are. Any other one under <c>CallActors:</c> is a slip that would otherwise go unnoticed.</summary>
internal static class KnownKeys
{
    public const string Section = "CallActors";

    private static readonly string[] Single =
    [
        "CallActors:Database:Provider",
        "CallActors:Database:ConnectionString",
        "CallActors:Journal:Provider",
        "CallActors:Journal:ConnectionString",
        "CallActors:Journal:Durability",
        "CallActors:Journal:Partitions",
        "CallActors:Cluster:Hostname",
        "CallActors:Cluster:Port",
        "CallActors:Cluster:BindHostname",
        "CallActors:Cluster:BindPort",
        "CallActors:Cluster:JoinTimeout",
        "CallActors:Limits:LiveCallsPerNode",
        "CallActors:Limits:LiveCallsPerBusiness",
        "CallActors:Timeouts:Load",
        "CallActors:Timeouts:Idle",
        "CallActors:Timeouts:MaxCall",
        "CallActors:Timeouts:Flush",
        "CallActors:Loader:StatementsInFlight",
        "CallActors:Loader:GroupCalls",
        "CallActors:Writer:TransactionsInFlight",
        "CallActors:Writer:GroupCalls",
        "CallActors:Writer:GroupBytes",
        "CallActors:Writer:Linger",
        "CallActors:Gateway:Twilio:PublicUrl",
        "CallActors:Gateway:Twilio:StreamUrl",
    ];

    private static readonly string[] Lists =
    [
        "CallActors:Cluster:SeedNodes",
        "CallActors:Gateway:ApiKeys",
        "CallActors:Gateway:Twilio:AuthTokens",
    ];

    /// <exception cref="ConfigurationException">There is a key that is none.</exception>
    public static void RefuseUnknown(IConfiguration configuration) => RefuseUnknown(configuration.GetSection(Section));

    private static void RefuseUnknown(IConfigurationSection section)
    {
        var path = section.Path;
        var children = section.GetChildren().ToList();
        if (Matches(Single, path) && children.Count == 0) return;
        if (Matches(Lists, path) && children.All(item => int.TryParse(item.Key, out _) && !item.GetChildren().Any())) return;

        var isGroup = Single.Concat(Lists).Any(key => key.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase));
        if (!isGroup || !string.IsNullOrEmpty(section.Value))
            throw new ConfigurationException($"{path} is no key of the configuration; did you mean {Nearest(path)}?");
        foreach (var child in children) RefuseUnknown(child);
    }

    private static bool Matches(string[] keys, string path) => keys.Contains(path, StringComparer.OrdinalIgnoreCase);

    private static string Nearest(string path) => Single.Concat(Lists).MinBy(key => Distance(key.ToUpperInvariant(), path.ToUpperInvariant()))!;

    /// <summary>Levenshtein's: how many characters have to be put in, taken out or changed.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = row[j];
                row[j] = cost;
            }
        }

        return row[b.Length];
    }
}
