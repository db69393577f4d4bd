using CallActors.Host.Api;
using CallActors.Messages;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>What a request is answered that comes to a WebSocket without its handshake, or with that of another version.</summary>
internal static class NoHandshake
{
    private static readonly Problem Problem = new(ApiProblems.UpgradeRequired, "A WebSocket handshake (version 13) is expected here.");

    public static Task Answer(HttpResponse response)
    {
        response.Headers.Upgrade = "websocket";

        // Whoever came with another version may come again with this one (RFC 6455, 4.4).
        response.Headers.SecWebSocketVersion = "13";
        return ProblemJson.Answer(response, Problem);
    }
}
