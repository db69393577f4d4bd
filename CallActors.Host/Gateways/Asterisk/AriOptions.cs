using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.Signatures;
using CallActors.Host.Options;

namespace CallActors.Host.Gateways.Asterisk;

/// <summary>What the adapter for Asterisk is configured with.</summary>
/// <param name="Credentials">What Asterisk presents when it connects.</param>
/// <param name="Application">The Stasis application whose channels are our calls.</param>
internal sealed record AriOptions(BasicSecret Credentials, string Application)
{
    public const string Path = "/v1/gateways/ari";
    private const string Section = "CallActors:Gateway:Ari";

    /// <summary>Of callers' numbers and extensions, which a trunk may send without it.</summary>
    public NumberPrefix NumberPrefix { get; init; }

    /// <summary>Reads the section; null where it is not there.</summary>
    /// <exception cref="ConfigurationException">A value is wrong, or one of the two that belong together is missing.</exception>
    public static AriOptions? Read(SettingReader reader)
    {
        const string nameKey = $"{Section}:Username";
        const string passwordsKey = $"{Section}:Passwords";
        const string applicationKey = $"{Section}:Application";
        var (name, passwords, application) = (reader.Text(nameKey), SharedSecrets.Read(reader, passwordsKey), reader.Text(applicationKey));
        var prefix = NumberPrefix.Read(reader, $"{Section}:NumberPrefix");
        if (name is null && passwords is null && application is null && prefix.Text is null) return null;
        if (name is null)
            throw new ConfigurationException($"{nameKey} is missing; with {Section} the username of Asterisk's websocket_client.conf is expected.");
        if (passwords is null)
            throw new ConfigurationException($"{passwordsKey} is missing; with {Section} the password of Asterisk's websocket_client.conf is expected.");
        if (name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.Contains(':', StringComparison.Ordinal))
            throw SettingReader.Wrong(nameKey, name, "a name of visible ASCII characters without a colon");
        if (application is not null && (application.AsSpan().ContainsAnyExceptInRange('!', '~') || application.Contains(',', StringComparison.Ordinal)))
            throw SettingReader.Wrong(applicationKey, application, "the name of one Stasis application, of visible ASCII characters,");
        return new AriOptions(new BasicSecret(name, passwords), application ?? "callactors") { NumberPrefix = prefix };
    }
}
