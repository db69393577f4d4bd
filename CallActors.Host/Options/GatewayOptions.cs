using CallActors.Host.Gateways.Twilio;

namespace CallActors.Host.Options;

/// <summary>The gateways that are spoken to in their own dialect.</summary>
internal sealed record GatewayOptions
{
    /// <summary>Null: not configured, and not served.</summary>
    public TwilioOptions? Twilio { get; init; }

    /// <exception cref="ConfigurationException">A value is wrong or missing.</exception>
    public static GatewayOptions Read(SettingReader reader) => new() { Twilio = TwilioOptions.Read(reader) };
}
