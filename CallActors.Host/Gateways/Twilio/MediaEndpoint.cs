using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.WebSockets;

namespace CallActors.Host.Gateways.Twilio;

/// <summary>Twilio Media Streams: a WebSocket a call, of which the audio is let pass and the rest is events.</summary>
internal sealed class MediaEndpoint(
    TwilioOptions twilio, CallTimeouts timeouts, CallbackDesk desk, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<MediaEndpoint> log)
{
    private static readonly TimeSpan LongestBeat = TimeSpan.FromMinutes(1);

    // A line that is cut without a word would otherwise be held for ever.
    private static readonly WebSocketAcceptContext Accepted = new()
    {
        KeepAliveInterval = TimeSpan.FromSeconds(20),
        KeepAliveTimeout = TimeSpan.FromSeconds(20)
    };

    public async Task Open(HttpContext context)
    {
        var check = TwilioSignature.CheckUpgrade(context.Request, twilio);
        if (!check.IsRight)
        {
            await desk.Refuse(context, "Twilio", check);
            return;
        }

        if (!await SocketHandshake.IsRight(context)) return;

        using var socket = await context.WebSockets.AcceptWebSocketAsync(Accepted);
        var beat = timeouts.Idle / 3;
        await new MediaConnection(socket, new MediaStream(beat < LongestBeat ? beat : LongestBeat), desk, time, log).RunAsync(lifetime.ApplicationStopping);
    }
}
