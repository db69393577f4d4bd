namespace CallActors.Host.Options;

/// <summary>
/// Where the configuration comes from: the shipped appsettings.json, one beside which the service is started, the environment, the command line.
/// </summary>
internal static class ServiceConfiguration
{
    /// <param name="settings">What of the command line is no verb and no verb's option: <c>--key=value</c> or <c>--key value</c>.</param>
    /// <exception cref="ConfigurationException">An argument is no setting, or a file is no JSON.</exception>
    public static IConfiguration Read(IReadOnlyList<string> settings)
    {
        RefuseStray(settings);
        return Build(new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddJsonFile(Path.Combine(Directory.GetCurrentDirectory(), "appsettings.json"), optional: true)
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddEnvironmentVariables("DOTNET_")
            .AddEnvironmentVariables()
            .AddCommandLine([.. settings]));
    }

    /// <summary>For a service that the bench starts: what it is to know is in its environment, and no file beside it makes it anything else.</summary>
    public static IConfiguration ReadEnvironment() => Build(new ConfigurationBuilder().AddEnvironmentVariables());

    /// <summary>The same sources once more, their files as they are now.</summary>
    /// <exception cref="ConfigurationException">A file is no JSON.</exception>
    public static IConfiguration ReadAgain(IConfigurationRoot configuration)
    {
        var builder = new ConfigurationBuilder();
        foreach (var provider in configuration.Providers) builder.Add(provider is FileConfigurationProvider file ? file.Source : new AsItIs(provider));
        return Build(builder);
    }

    /// <summary>The files a configuration was read from, whether they are there or not.</summary>
    public static IEnumerable<string> FilesOf(IConfigurationRoot configuration) =>
        from provider in configuration.Providers.OfType<FileConfigurationProvider>()
        let path = provider.Source.FileProvider?.GetFileInfo(provider.Source.Path ?? "").PhysicalPath
        where path is not null
        select path;

    private static IConfigurationRoot Build(IConfigurationBuilder builder)
    {
        try
        {
            return builder.Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new ConfigurationException($"The configuration cannot be read: {Words(e)}");
        }
    }

    /// <summary>The file, from the outermost, and the line, from the innermost.</summary>
    private static string Words(Exception e) => string.Join(' ', new[] { e, e.GetBaseException() }.Distinct().Select(one => one.InOneLine()));

    /// <summary>A source that is no file: it says what it said.</summary>
    private sealed class AsItIs(IConfigurationProvider provider) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => provider;
    }

    private static void RefuseStray(IReadOnlyList<string> settings)
    {
        string? before = null;
        for (var i = 0; i < settings.Count; i++)
        {
            var key = settings[i].Split('=', 2)[0];
            var name = key.TrimStart('-', '/');
            var isSetting = key.StartsWith("--", StringComparison.Ordinal)
                && (name.Equals("urls", StringComparison.OrdinalIgnoreCase)
                    || name.StartsWith("CallActors:", StringComparison.OrdinalIgnoreCase)
                    || name.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase));
            if (!isSetting) throw Stray(key, before);
            before = key;
            if (settings[i].Contains('=', StringComparison.Ordinal)) continue;
            if (++i == settings.Count) throw new ConfigurationException($"{key} is given no value; {key}=value is expected.");
        }
    }

    /// <param name="word">What is none.</param>
    /// <param name="before">The setting whose value it follows: it may be a part of that, and that a secret. Null: it is the first.</param>
    private static ConfigurationException Stray(string word, string? before) => before is null || word.StartsWith("--", StringComparison.Ordinal)
        ? new($"'{word}' is no verb and no setting; --help lists the verbs, and settings are given as --urls … or --CallActors:….")
        : new($"The word after the value of {before} (not shown) is no setting; settings are given as --urls … or --CallActors:…, and a value with spaces in quotes.");
}
