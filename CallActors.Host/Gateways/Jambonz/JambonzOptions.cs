using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.Signatures;
using CallActors.Host.Options;

namespace CallActors.Host.Gateways.Jambonz;

/// <summary>What the adapter for jambonz is configured with.</summary>
/// <param name="Secrets">The account's webhook secrets.</param>
/// <param name="ListenUrl">Where a new call's audio goes; null: calls that come in are answered elsewhere.</param>
internal sealed record JambonzOptions(SharedSecrets Secrets, string? ListenUrl)
{
    /// <summary>Of numbers in SIP headers, which a carrier may send without it.</summary>
    public NumberPrefix NumberPrefix { get; init; }

    private const string Header = "Jambonz-Signature";

    /// <summary><c>Jambonz-Signature: t=…,v1=…</c>, over the time, a dot and the body.</summary>
    public IRequestSignature Signature { get; } = new HeaderSignature(
        Header, new HmacKeys(Secrets))
    { Prefix = "v1=", TimestampHeader = Header, TimestampPrefix = "t=" };

    /// <summary>Reads the section; null where it is not there.</summary>
    /// <exception cref="ConfigurationException">A value is wrong or missing.</exception>
    public static JambonzOptions? Read(SettingReader reader)
    {
        const string secretsKey = "CallActors:Gateway:Jambonz:Secrets";
        const string listenKey = "CallActors:Gateway:Jambonz:ListenUrl";
        var prefix = NumberPrefix.Read(reader, "CallActors:Gateway:Jambonz:NumberPrefix");
        var (secrets, listen) = (SharedSecrets.Read(reader, secretsKey), reader.Url(listenKey, Uri.UriSchemeWss, "wss://agent.example.com/calls"));
        if (secrets is null && (listen is not null || prefix.Text is not null))
            throw new ConfigurationException($"{secretsKey} is missing; with CallActors:Gateway:Jambonz the account's webhook secret is expected.");
        return secrets is null ? null : new JambonzOptions(secrets, listen) { NumberPrefix = prefix };
    }
}
