namespace CallActors.Host.Options;

/// <summary>
/// A value of the configuration with which the service does not start. The message is one sentence for whoever set it: the key, what was
/// given, what is expected.
/// </summary>
internal sealed class ConfigurationException(string message) : Exception(message)
{
    /// <summary>The process's exit code.</summary>
    public const int ExitCode = 2;
}
