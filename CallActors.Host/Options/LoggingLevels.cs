namespace CallActors.Host.Options;

/// <summary>The levels of logging, which the framework reads late and answers with a stack trace where one is wrong.</summary>
internal static class LoggingLevels
{
    private const string Section = "LogLevel";

    /// <exception cref="ConfigurationException">A level is none.</exception>
    public static void Check(IConfiguration configuration)
    {
        var logging = configuration.GetSection("Logging");
        Check(logging.GetSection(Section));
        foreach (var provider in logging.GetChildren().Where(child => child.Key != Section)) Check(provider.GetSection(Section));
    }

    private static void Check(IConfigurationSection levels)
    {
        foreach (var level in levels.GetChildren())
        {
            if (level.Value is { Length: > 0 } given && !Enum.GetNames<LogLevel>().Contains(given, StringComparer.OrdinalIgnoreCase))
                throw SettingReader.Wrong(level.Path, given, "Trace, Debug, Information, Warning, Error, Critical or None");
        }
    }
}
