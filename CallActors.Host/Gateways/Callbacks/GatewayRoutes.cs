using CallActors.Host.Gateways.Asterisk;
using CallActors.Host.Gateways.Jambonz;
using CallActors.Host.Gateways.Signatures;
using CallActors.Host.Gateways.Twilio;
using CallActors.Host.Gateways.Webhooks;
using CallActors.Host.Options;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>The routes of the adapters that are configured; those of the others are not there.</summary>
internal static class GatewayRoutes
{
    public static void AddGatewayAdapters(this IServiceCollection services, ServiceOptions options)
    {
        services.AddSingleton(options.Gateways);
        services.AddSingleton(options.Core.Timeouts);
        services.AddSingleton<CallbackDesk>();
        services.AddSingleton<CallbackBodies>();
        services.AddSingleton<SignedJson>();
        if (options.Gateways.Twilio is { } twilio) services.AddSingleton(twilio).AddSingleton<TwilioEndpoints>().AddSingleton<MediaEndpoint>();
        if (options.Gateways.Jambonz is { } jambonz) services.AddSingleton(jambonz).AddSingleton<JambonzEndpoints>();
        if (options.Gateways.Ari is { } ari) services.AddSingleton(ari).AddSingleton<AriEndpoint>();
    }

    public static void MapGatewayAdapters(this WebApplication app)
    {
        var (services, gateways) = (app.Services, app.Services.GetRequiredService<GatewayOptions>());
        if (services.GetService<TwilioEndpoints>() is { } twilio)
        {
            app.MapPost("/v1/gateways/twilio/voice", twilio.Voice).WithMetadata(AuthenticatesItself.Mark);
            app.MapPost("/v1/gateways/twilio/status", twilio.Status).WithMetadata(AuthenticatesItself.Mark);
            app.MapGet(TwilioOptions.MediaPath, services.GetRequiredService<MediaEndpoint>().Open).WithMetadata(AuthenticatesItself.Mark);
        }

        if (services.GetService<JambonzEndpoints>() is { } jambonz)
        {
            app.MapPost("/v1/gateways/jambonz/status", jambonz.Status).WithMetadata(AuthenticatesItself.Mark);
            if (gateways.Jambonz is { ListenUrl: not null }) app.MapPost("/v1/gateways/jambonz/call", jambonz.Call).WithMetadata(AuthenticatesItself.Mark);
        }

        if (services.GetService<AriEndpoint>() is { } asterisk) app.MapGet(AriOptions.Path, asterisk.Open).WithMetadata(AuthenticatesItself.Mark);

        foreach (var webhook in gateways.Webhooks)
        {
            var endpoint = new WebhookEndpoint(webhook, services.GetRequiredService<CallbackDesk>(), services.GetRequiredService<SignedJson>());
            app.MapPost(endpoint.Path, endpoint.Post).WithMetadata(AuthenticatesItself.Mark);
        }
    }
}
