using Microsoft.AspNetCore.Http.Features;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>The server's upgrade of a connection, with a <see cref="CoalescingStream"/> on it.</summary>
internal sealed class CoalescingUpgrade(IHttpUpgradeFeature server) : IHttpUpgradeFeature
{
    /// <summary>Null until the connection is upgraded.</summary>
    public CoalescingStream? Stream { get; private set; }

    public bool IsUpgradableRequest => server.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync() => Stream = new CoalescingStream(await server.UpgradeAsync());

    /// <summary>A middleware that has to stand before the WebSocket's own.</summary>
    public static Task Invoke(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } server)
            context.Features.Set<IHttpUpgradeFeature>(new CoalescingUpgrade(server));
        return next(context);
    }
}
