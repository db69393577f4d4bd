using CallActors.Host.Api;
using CallActors.Messages;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>Whether a request may open a WebSocket. One that may not is answered, and why.</summary>
internal static class SocketHandshake
{
    private static readonly Problem Missing = new(ApiProblems.UpgradeRequired, "A WebSocket handshake (version 13) is expected here.");
    private static readonly Problem Stopping = new(ProblemType.Draining, "The service is being stopped.") { RetryAfter = TimeSpan.FromSeconds(5) };

    /// <returns>False: it comes without a handshake, or with that of another version, and was answered.</returns>
    public static async Task<bool> IsRight(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest) return true;
        context.Response.Headers.Upgrade = "websocket";

        // Whoever came with another version may come again with this one (RFC 6455, 4.4).
        context.Response.Headers.SecWebSocketVersion = "13";
        await ProblemJson.Answer(context.Response, Missing);
        return false;
    }

    /// <summary>The same of a socket whose peers speak one subprotocol, and which takes nobody any more while the service is being stopped.</summary>
    /// <param name="context">The request and its answer.</param>
    /// <param name="protocol">The subprotocol.</param>
    /// <param name="noProtocol">What a peer is answered that does not offer it.</param>
    /// <param name="stopping">The service is being stopped.</param>
    public static async Task<bool> IsRight(HttpContext context, string protocol, Problem noProtocol, CancellationToken stopping)
    {
        if (!await IsRight(context)) return false;
        var refusal = !context.WebSockets.WebSocketRequestedProtocols.Contains(protocol) ? noProtocol : stopping.IsCancellationRequested ? Stopping : null;
        if (refusal is not null) await ProblemJson.Answer(context.Response, refusal);
        return refusal is null;
    }
}
