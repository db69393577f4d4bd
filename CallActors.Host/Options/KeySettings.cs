using System.Collections.Immutable;
using CallActors.Host.Api;
using CallActors.Messages;

namespace CallActors.Host.Options;

/// <summary>Reads <c>CallActors:Gateway:ApiKeys</c>: a list of keys, or of objects with a key, its name and its limits.</summary>
internal static class KeySettings
{
    public const string Key = "CallActors:Gateway:ApiKeys";

    /// <summary>The members of an item that is an object.</summary>
    public static readonly string[] Members = ["Name", "Key", "StartsPerSecond", "LiveCalls"];

    private static readonly string[] Required = ["Name", "Key"];
    private const int LongestName = 64;

    /// <summary>Whether the settings of one source are members of items only, and of each something is left to another source: its name, or its key.</summary>
    public static bool IsNoWholeItem(IEnumerable<string> settings) => settings
        .GroupBy(setting => ConfigurationPath.GetParentPath(setting) ?? "", ConfigurationPath.GetSectionKey, StringComparer.OrdinalIgnoreCase)
        .All(item => Key.Equals(ConfigurationPath.GetParentPath(item.Key), StringComparison.OrdinalIgnoreCase)
            && !Required.All(member => item.Contains(member, StringComparer.OrdinalIgnoreCase)));

    /// <exception cref="ConfigurationException">One of them is wrong.</exception>
    public static ApiKeys Read(IConfiguration configuration, SettingReader reader)
    {
        var objects = configuration.GetSection(Key).GetChildren().Where(item => item.GetChildren().Any()).Select(item => item.Path).ToList();
        var plain = reader.List(Key).Where(item => !objects.Contains(item.Key))
            .Select(item => new ApiKey(ApiKeys.Digest(reader, item.Key, item.Value), null, ClientLimits.None));
        var named = objects.Select(path => Named(reader, path)).ToImmutableArray();
        foreach (var path in objects.Where((_, i) => named[..i].Any(other => other.Name == named[i].Name)))
            throw new ConfigurationException($"{path}:Name is the name of another key, too; a name of its own is expected.");
        foreach (var path in objects.Where((_, i) => named[..i].Any(other => other.Digest.AsSpan().SequenceEqual(named[i].Digest))))
            throw new ConfigurationException($"{path}:Key (not shown) stands in the list twice; one item a key is expected.");

        // Last, so that a key that also stands there without a name has its name and its limits.
        return new ApiKeys([.. plain, .. named]);
    }

    private static ApiKey Named(SettingReader reader, string path)
    {
        var name = reader.Text($"{path}:Name")
            ?? throw new ConfigurationException($"{path}:Name is missing; a name for this key, shown in logs and refusals, is expected.");
        if (name.Length > LongestName || name.Any(char.IsControl))
            throw SettingReader.Wrong($"{path}:Name", name, $"a text of at most {LongestName} characters");
        var key = reader.Text($"{path}:Key") ?? throw new ConfigurationException($"{path}:Key is missing; the key, or sha256: and its hash, is expected.");
        return new ApiKey(
            ApiKeys.Digest(reader, $"{path}:Key", key.Trim()),
            name,
            new ClientLimits(reader.Whole($"{path}:LiveCalls", 1, int.MaxValue), reader.Whole($"{path}:StartsPerSecond", 1, 1_000_000)));
    }
}
