using CallActors.Host.Api;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Messages;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary><c>GET /v1/gateway</c>: the CloudEvents WebSocket binding. Every text frame is an event, every event has one reply.</summary>
internal sealed class GatewayEndpoint(
    EventIntake intake, EventsInFlight inFlight, CloudEventReader reader, KeyRing ring, SocketLimits limits, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<GatewayEndpoint> log)
{
    public const string Path = "/v1/gateway";
    public const string Protocol = "cloudevents.json";

    /// <summary>So often a peer that says nothing is pinged, and so long it has to answer.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    private static readonly Problem NoProtocol = new(
        ProblemType.MalformedRequest, $"The subprotocol {Protocol} is expected: Sec-WebSocket-Protocol: {Protocol}.");

    public async Task Get(HttpContext context)
    {
        if (!await SocketHandshake.IsRight(context, Protocol, NoProtocol, lifetime.ApplicationStopping)) return;

        // A peer that does not read is told so and cut here; the server would cut it without a word.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { SubProtocol = Protocol, KeepAliveInterval = KeepAlive, KeepAliveTimeout = KeepAlive });
        var stream = (context.Features.Get<IHttpUpgradeFeature>() as CoalescingUpgrade)?.Stream
            ?? throw new InvalidOperationException("The upgrade is not ours.");
        var gateway = new GatewaySocket(socket, stream, intake, inFlight, reader, limits, time, log);
        using var deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var cut = deadline.Token.Register(context.Abort);
        using var stopping = lifetime.ApplicationStopping.Register(() =>
        {
            gateway.Close(Closing.Restart);
            deadline.CancelAfter(limits.StopPatience);
        });
        var key = context.Features.Get<ApiKey>();
        void KeysChanged()
        {
            if (ring.Current.StillOpens(key, out var now)) gateway.Key = now;
            else gateway.Close(Closing.KeyRevoked);
        }

        ring.Changed += KeysChanged;
        try
        {
            KeysChanged();
            if (!await gateway.Run()) context.Abort();
        }
        finally
        {
            ring.Changed -= KeysChanged;
        }
    }
}
