namespace CallActors.Host.Options;

/// <summary>
/// The configuration in which a list is what the last source says that names it. .NET puts lists of several sources together, item by item: a key that an
/// operator means to replace, by the environment or the command line, would go on opening the service. Only a source that has no whole item, as the environment
/// with the secret of an item whose name stands in the file, adds to the list that is there.
/// </summary>
internal static class LatestLists
{
    /// <param name="configuration">All sources, the later ones before the earlier ones in what is no list.</param>
    /// <param name="replaced">Lists of which something was said that does not count any more.</param>
    public static IConfiguration Of(IConfiguration configuration, out IReadOnlyCollection<string> replaced)
    {
        var dropped = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        replaced = dropped;
        if (configuration is not IConfigurationRoot root) return configuration;
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var provider in root.Providers)
        {
            var own = SettingsOf(provider, null).ToList();
            foreach (var list in own.GroupBy(setting => KnownKeys.ListOf(setting.Key), setting => setting.Key, StringComparer.OrdinalIgnoreCase))
            {
                if (list.Key is null || KeySettings.IsNoWholeItem(list)) continue;
                foreach (var earlier in settings.Keys.Where(key => KnownKeys.IsWithin(list.Key, key)).ToList())
                {
                    settings.Remove(earlier);
                    dropped.Add(list.Key);
                }
            }

            foreach (var (key, value) in own.Where(setting => !IsEmptyArray(provider, setting))) settings[key] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }

    /// <summary>
    /// A file can say <c>[]</c>, which means none and is read as an empty text; the environment and the command line have no such word, and an empty one there
    /// is a secret that did not arrive.
    /// </summary>
    private static bool IsEmptyArray(IConfigurationProvider provider, KeyValuePair<string, string?> setting) =>
        provider is FileConfigurationProvider && setting.Value is ""
            && KnownKeys.ListOf(setting.Key)?.Equals(setting.Key, StringComparison.OrdinalIgnoreCase) is true;

    private static IEnumerable<KeyValuePair<string, string?>> SettingsOf(IConfigurationProvider provider, string? path)
    {
        foreach (var name in provider.GetChildKeys([], path).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var key = path is null ? name : ConfigurationPath.Combine(path, name);
            if (provider.TryGet(key, out var value)) yield return KeyValuePair.Create(key, value);
            foreach (var inside in SettingsOf(provider, key)) yield return inside;
        }
    }
}
