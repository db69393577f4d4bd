using System.Net.WebSockets;
using CallActors.Host.Gateways.Callbacks;
using static CallActors.Messages.CallEvents;

namespace CallActors.Host.Gateways.Twilio;

/// <summary>The socket of one media stream, from its upgrade to its end.</summary>
internal sealed class MediaConnection(WebSocket socket, MediaStream stream, CallbackDesk desk, TimeProvider time, ILogger log)
{
    /// <summary>A frame of audio has some 400 bytes; only one with all the parameters of a call is long.</summary>
    private const int LongestFrame = 64 * 1024;

    /// <summary>Events that may wait for a journal that is away.</summary>
    private const int LongestWait = 100;

    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Queue<CallEvent> untold = new();
    private byte[] buffer = new byte[4096];
    private DateTimeOffset notBefore;
    private bool complained;

    /// <summary>Listens until the other side, or this service, ends it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        // A receive that is cancelled cuts the line; so the other side is asked to go first.
        using var end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var asked = stopping.Register(() =>
        {
            end.CancelAfter(Goodbye);
            _ = CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        });
        try
        {
            while (await ReceiveAsync(end.Token) is { } frame) await HearAsync(frame);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            log.LogInformation("The media stream of call {CallId} broke off: {Reason}", stream.Call, e.Message);
        }

        if (stream.Close(time.GetUtcNow()) is { } last) untold.Enqueue(last);
        await TellAsync();
        if (untold.Count > 0) log.LogWarning("{Events} events of the media stream of call {CallId} were not taken before it closed", untold.Count, stream.Call);
    }

    /// <returns>One whole frame, good until the next is asked for; null where there is none to come.</returns>
    private async Task<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancel)
    {
        var length = 0;
        while (true)
        {
            if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close || length > LongestFrame)
            {
                await CloseAsync(length > LongestFrame ? WebSocketCloseStatus.MessageTooBig : WebSocketCloseStatus.NormalClosure);
                return null;
            }

            if (part.EndOfMessage) return buffer.AsMemory(0, length);
        }
    }

    private async Task HearAsync(ReadOnlyMemory<byte> bytes)
    {
        var frame = MediaFrame.Read(bytes);
        if (frame.Kind == MediaFrameKind.Unreadable && !complained)
        {
            complained = true;
            log.LogWarning("The media stream of call {CallId} has frames that cannot be read; they are let pass", stream.Call);
        }

        var now = time.GetUtcNow();
        if (stream.Hear(frame, now) is { } told) untold.Enqueue(told);
        if (untold.Count > 0 && now >= notBefore) await TellAsync();
    }

    /// <summary>Tells what is to be told, in order. What may be taken later waits for a later frame: nobody else would send it again.</summary>
    private async Task TellAsync()
    {
        while (untold.TryPeek(out var told))
        {
            var reply = await desk.Tell(told, CancellationToken.None);
            if (CallbackOutcome.Of([reply], null).MayBeMended && untold.Count < LongestWait)
            {
                notBefore = time.GetUtcNow() + Pause;
                return;
            }

            untold.Dequeue();
            if (reply.Problem is { } problem)
                log.LogInformation("{Event} of the media stream of call {CallId} is refused: {Problem}", told.Type, told.CallId, problem.Detail);
        }
    }

    private async Task CloseAsync(WebSocketCloseStatus status)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        using var patience = new CancellationTokenSource(Goodbye, time);
        try
        {
            await socket.CloseOutputAsync(status, null, patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Whoever does not hear our goodbye has gone already.
        }
    }
}
