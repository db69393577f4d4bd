using System.Collections.Immutable;
using CallActors.Host.Gateways.Asterisk;
using CallActors.Host.Gateways.Jambonz;
using CallActors.Host.Gateways.Twilio;
using CallActors.Host.Gateways.Webhooks;

namespace CallActors.Host.Options;

/// <summary>The gateways that are spoken to in their own dialect. One that is not configured is null, or not in the list, and is not served.</summary>
internal sealed record GatewayOptions
{
    public TwilioOptions? Twilio { get; init; }
    public JambonzOptions? Jambonz { get; init; }
    public AriOptions? Ari { get; init; }
    public ImmutableArray<WebhookOptions> Webhooks { get; init; } = [];

    /// <summary>Whether there is one.</summary>
    public bool Any => Twilio is not null || Jambonz is not null || Ari is not null || Webhooks.Length > 0;

    /// <exception cref="ConfigurationException">A value is wrong or missing.</exception>
    public static GatewayOptions Read(SettingReader reader, IConfiguration configuration) => new()
    {
        Twilio = TwilioOptions.Read(reader),
        Jambonz = JambonzOptions.Read(reader),
        Ari = AriOptions.Read(reader),
        Webhooks = WebhookOptionsReader.Read(reader, configuration),
    };
}
