using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.Reconciliation;
using CallActors.Host.Gateways.WebSockets;
using CallActors.Messages;

namespace CallActors.Host.Gateways.Asterisk;

/// <summary><c>GET /v1/gateways/ari</c>: where Asterisk's outbound WebSocket of ARI connects.</summary>
internal sealed class AriEndpoint(
    AriOptions ari, CallTimeouts timeouts, CallbackDesk desk, GatewayDesk gateways, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<AriEndpoint> log)
{
    private const string Protocol = "ari";
    private static readonly TimeSpan LongestBeat = TimeSpan.FromMinutes(1);

    // A line that is cut without a word would otherwise be held for ever, and its calls with it.
    private static readonly WebSocketAcceptContext Accepted =
        new() { SubProtocol = Protocol, KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(20) };

    private static readonly Problem NoProtocol = new(
        ProblemType.MalformedRequest, $"The subprotocol {Protocol} is expected: protocols = {Protocol} in websocket_client.conf.");

    public async Task Open(HttpContext context)
    {
        var check = ari.Credentials.Check(context.Request.Headers, default, time.GetUtcNow());
        if (!check.IsRight)
        {
            await desk.Refuse(context, "Asterisk", check);
            return;
        }

        if (!await SocketHandshake.IsRight(context, Protocol, NoProtocol, lifetime.ApplicationStopping)) return;

        using var socket = await context.WebSockets.AcceptWebSocketAsync(Accepted);
        var beat = timeouts.Idle / 3;
        using var connection = new AriConnection(socket, ari, beat < LongestBeat ? beat : LongestBeat, desk, gateways, time, log);
        await connection.Run(lifetime.ApplicationStopping);
    }
}
