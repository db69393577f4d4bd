using CallActors.Host.Gateways.Signatures;
using CallActors.Host.Gateways.Twilio;
using CallActors.Host.Options;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>The routes of the adapters that are configured; those of the others are not there.</summary>
internal static class GatewayRoutes
{
    public static void AddGatewayAdapters(this IServiceCollection services, ServiceOptions options)
    {
        services.AddSingleton<CallbackDesk>();
        services.AddSingleton(options.Core.Timeouts);
        if (options.Gateways.Twilio is { } twilio) services.AddSingleton(twilio).AddSingleton<TwilioEndpoints>().AddSingleton<MediaEndpoint>();
    }

    public static void MapGatewayAdapters(this WebApplication app)
    {
        if (app.Services.GetService<TwilioEndpoints>() is not { } twilio) return;
        app.UseWebSockets();
        app.MapPost("/v1/gateways/twilio/voice", twilio.Voice).WithMetadata(AuthenticatesItself.Mark);
        app.MapPost("/v1/gateways/twilio/status", twilio.Status).WithMetadata(AuthenticatesItself.Mark);
        app.MapGet(TwilioOptions.MediaPath, app.Services.GetRequiredService<MediaEndpoint>().Open).WithMetadata(AuthenticatesItself.Mark);
    }
}
