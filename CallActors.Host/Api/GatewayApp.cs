using CallActors.Host.Dashboard;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Host.Gateways.Reconciliation;
using CallActors.Host.Gateways.WebSockets;
using CallActors.Host.Options;
using CallActors.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CallActors.Host.Api;

/// <summary>The edge put together: where it listens, what it bears, what it serves. Whoever builds it registers an <see cref="ICallGateway"/>.</summary>
internal static class GatewayApp
{
    /// <summary>Adds the edge's services and sets up Kestrel.</summary>
    public static WebApplicationBuilder AddCallGateway(this WebApplicationBuilder builder, ServiceOptions options)
    {
        builder.WebHost.UseUrls([.. options.Addresses.Select(address => address.Url)]);
        builder.WebHost.ConfigureKestrel(kestrel => Bound(kestrel, options));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new KeyRing(options.Keys));
        builder.Services.AddSingleton<DenyLog>();
        builder.Services.TryAddSingleton<CallCounters>();
        builder.Services.AddSingleton<CloudEventReader>();
        builder.Services.AddSingleton<GatewayDesk>();
        builder.Services.AddSingleton(provider => new EventsInFlight(options.EventsInFlight, options.EventWait, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(provider => GateOf(provider.GetRequiredService<EventsInFlight>(), provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<ReplyTimes>();
        builder.Services.AddSingleton<EventIntake>();
        builder.Services.AddSingleton<EventsEndpoint>();
        builder.Services.TryAddSingleton<SocketLimits>();
        builder.Services.AddSingleton<GatewayEndpoint>();
        builder.Services.AddSingleton<CallsEndpoints>();
        builder.Services.AddSingleton<ServiceEndpoints>();
        builder.Services.AddSingleton<ApiDocuments>();
        builder.Services.AddPrometheus();
        builder.Services.AddDashboard();
        builder.Services.AddGatewayAdapters(options);
        return builder;
    }

    private static StartGate GateOf(EventsInFlight inFlight, TimeProvider time) => new(() => inFlight.OfAccepted, time);

    /// <summary>Maps what the contract promises. Middleware that is added before sees requests before they are let in.</summary>
    public static WebApplication MapCallActors(this WebApplication app)
    {
        app.UseMiddleware<Failures>();
        app.UseMiddleware<Guard>();
        app.Use(CoalescingUpgrade.Invoke);
        app.UseWebSockets();
        app.Use(SocketActivity.Invoke);

        var events = app.Services.GetRequiredService<EventsEndpoint>();
        var calls = app.Services.GetRequiredService<CallsEndpoints>();
        var service = app.Services.GetRequiredService<ServiceEndpoints>();
        app.MapDashboard();
        app.MapGatewayAdapters();
        app.MapPost("/v1/events", events.Post);
        app.MapGet(GatewayEndpoint.Path, app.Services.GetRequiredService<GatewayEndpoint>().Get);
        app.MapGet("/v1/calls", calls.List);
        app.MapGet("/v1/calls/{callId}", calls.Get);
        app.MapPost("/v1/calls/{callId}/reload", calls.Reload);
        app.MapPost("/v1/calls/{callId}/flush", calls.Flush);
        app.MapPost("/v1/calls/{callId}/end", calls.End);
        app.MapGet("/v1/stats", service.Stats);
        app.MapGet("/v1/cluster", service.Cluster);
        app.MapGet("/v1/dead-letters", service.DeadLetters);
        app.MapPost("/v1/dead-letters/{id}/retry", service.Retry);
        app.MapPost("/v1/drain", service.Drain);
        app.MapPrometheus();
        app.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], ServiceEndpoints.Live);
        app.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], service.Ready);
        var documents = app.Services.GetRequiredService<ApiDocuments>();
        app.MapGet("/openapi/v1.json", documents.OpenApi);
        app.MapGet("/asyncapi/v1.json", documents.AsyncApi);
        return app;
    }

    private static void Bound(KestrelServerOptions kestrel, ServiceOptions options)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = options.Connections;
        limits.MaxRequestBodySize = RequestBody.HardLimit;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);

        // Slower than this for longer than five seconds is not a slow line but somebody who holds connections open.
        limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
    }
}
