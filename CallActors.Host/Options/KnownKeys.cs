using CallActors.Host.Gateways.Webhooks;

namespace CallActors.Host.Options;

/// <summary>
/// The keys there are; a * in one is a name somebody has given. Any other one under <c>CallActors:</c> is a slip that would otherwise go unnoticed.
/// </summary>
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
        "CallActors:Limits:StartsPerSecondPerBusiness",
        "CallActors:Limits:EventsInFlight",
        "CallActors:Limits:EventWait",
        "CallActors:Limits:Connections",
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
        "CallActors:Ledger:Keep",
        "CallActors:Ledger:Every",
        "CallActors:Gateway:Twilio:PublicUrl",
        "CallActors:Gateway:Twilio:StreamUrl",
        "CallActors:Gateway:Jambonz:ListenUrl",
        "CallActors:Gateway:Jambonz:NumberPrefix",
        "CallActors:Gateway:Ari:Username",
        "CallActors:Gateway:Ari:Application",
        "CallActors:Gateway:Ari:NumberPrefix",
        .. new[] { "Kind", "Header", "Hash", "Encoding", "Prefix", "Url", "TimestampHeader", "TimestampPrefix", "Separator", "Tolerance" }
            .Select(name => $"CallActors:Gateway:Webhooks:*:Signature:{name}"),
        .. WebhookFields.All.Select(name => $"CallActors:Gateway:Webhooks:*:{WebhookFields.KeyOf(name)}"),
        "CallActors:Gateway:Webhooks:*:Statuses:*",
        "CallActors:Gateway:Webhooks:*:NumberPrefix",
    ];

    private static readonly string[] Lists =
    [
        "CallActors:Cluster:SeedNodes",
        KeySettings.Key,
        "CallActors:Gateway:Twilio:AuthTokens",
        "CallActors:Gateway:Jambonz:Secrets",
        "CallActors:Gateway:Ari:Passwords",
        "CallActors:Gateway:Webhooks:*:Secrets",
        "CallActors:Gateway:Webhooks:*:PublicKeys",
    ];

    /// <exception cref="ConfigurationException">There is a key that is none.</exception>
    public static void RefuseUnknown(IConfiguration configuration) => RefuseUnknown(configuration.GetSection(Section));

    private static void RefuseUnknown(IConfigurationSection section)
    {
        var path = section.Path;
        var children = section.GetChildren().ToList();
        if (Matches(Single, path) && children.Count == 0) return;
        if (Matches(Lists, path))
        {
            foreach (var item in children) CheckItem(path, item);
            return;
        }

        if (Matches(Single, path)) throw new ConfigurationException($"{path} is given as a list or an object; one value is expected.");

        var inside = Single.Concat(Lists).Select(key => Named(key, path)).FirstOrDefault(key => key.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase));
        if (inside is null) throw new ConfigurationException($"{path} is no key of the configuration; did you mean {Nearest(path)}?");
        if (!string.IsNullOrEmpty(section.Value))
            throw new ConfigurationException($"{path} (not shown) is given as one value; keys in it are expected, such as {inside}.");
        foreach (var child in children) RefuseUnknown(child);
    }

    /// <summary>The list that a key is, or is an item or a part of; null: it belongs to none.</summary>
    public static string? ListOf(string path) => Lists.Select(list => Named(list, path)).FirstOrDefault(list => IsWithin(list, path));

    /// <summary>Whether a key is a section or stands in it.</summary>
    public static bool IsWithin(string section, string path) =>
        path.Equals(section, StringComparison.OrdinalIgnoreCase) || path.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase);

    private static void CheckItem(string list, IConfigurationSection item)
    {
        if (!int.TryParse(item.Key, out _)) throw new ConfigurationException($"{item.Path} is no item of a list; items are numbered, from {list}:0 on.");
        var members = item.GetChildren().ToList();
        if (members.Count > 0 && !list.Equals(KeySettings.Key, StringComparison.OrdinalIgnoreCase))
            throw new ConfigurationException($"{item.Path} is given as a list or an object; a text is expected.");
        foreach (var member in members.Where(member => !Matches(KeySettings.Members, member.Key) || member.GetChildren().Any()))
            throw new ConfigurationException(
                $"{member.Path} is no key of the configuration; {string.Join(", ", KeySettings.Members)} are what a key may have.");
    }

    private static bool Matches(string[] keys, string path) => keys.Any(key => Named(key, path).Equals(path, StringComparison.OrdinalIgnoreCase));

    /// <summary>A key with the names of a path in the place of its stars.</summary>
    private static string Named(string key, string path)
    {
        if (!key.Contains('*', StringComparison.Ordinal)) return key;
        var names = path.Split(':');
        return string.Join(':', key.Split(':').Select((part, i) => part == "*" && i < names.Length ? names[i] : part));
    }

    /// <summary>As far as the path goes; of several as near, the one that is as a whole.</summary>
    private static string Nearest(string path)
    {
        var (given, depth) = (path.ToUpperInvariant(), path.Split(':').Length);
        return Single.Concat(Lists).Select(key => Named(key, path)).MinBy(key =>
        {
            var known = key.ToUpperInvariant();
            return (Distance(string.Join(':', known.Split(':').Take(depth)), given), Distance(known, given));
        })!;
    }

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
