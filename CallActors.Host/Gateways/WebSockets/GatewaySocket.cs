using System.Net.WebSockets;
using CallActors.Host.Api;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Messages;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>
/// One connection of a gateway: events in, exactly one reply for each out. One loop reads, one writes, and between them the events are with their calls. No
/// call is bound to it: whoever comes back finds them.
/// </summary>
/// <param name="socket">The connection, opened.</param>
/// <param name="stream">What is under it.</param>
/// <param name="intake">Where events go.</param>
/// <param name="inFlight">What the whole process has in hand.</param>
/// <param name="reader">How they are read.</param>
/// <param name="limits">What the peer may ask of it.</param>
/// <param name="time">For patience.</param>
/// <param name="log">Told of a close that is not the peer's own.</param>
internal sealed class GatewaySocket(
    WebSocket socket, CoalescingStream stream, EventIntake intake, EventsInFlight inFlight, CloudEventReader reader, SocketLimits limits, TimeProvider time,
    ILogger log)
{
    private readonly SocketWindow _window = new(limits.WindowEvents, limits.WindowBytes);
    private readonly ReplyWriter _writer = new(socket, stream, limits.WritePatience, time);
    private Closing? _closing;
    private bool _isInMessage;
    private long _begun;

    /// <summary>The key it was opened with, as it is configured now.</summary>
    public ApiKey? Key { get; set; }

    /// <summary>No event is taken any more; those in hand are answered, then the peer is told why. The first reason counts.</summary>
    public void Close(Closing closing)
    {
        if (Interlocked.CompareExchange(ref _closing, closing, null) is { }) return;
        _window.Close();
        if (closing != Closing.ByPeer) log.LogInformation("A gateway's socket is closed with {Code}: {Reason}", (int)closing.Status, closing.Reason);
    }

    /// <summary>Serves the connection to its end.</summary>
    /// <returns>False where the peer did not see it to the end: what is under the socket is to be cut.</returns>
    public async Task<bool> Run()
    {
        var lanes = new ReplyLanes(_writer.Send);
        var reading = ReadEvents(lanes);
        var writing = _writer.Run(Leave, Close);
        await _window.Drained;
        _writer.Complete();
        await writing;
        var seen = await SeeOff(reading);
        if (_writer.Unsent > 0)
            log.LogWarning("{Replies} replies found nobody to be sent to; what they say stands, and an event sent again is a duplicate", _writer.Unsent);
        return seen;
    }

    private async Task ReadEvents(ReplyLanes lanes)
    {
        using var buffer = new FrameBuffer(limits.MessageBytes);
        try
        {
            while (true)
            {
                await _window.Room();
                await RoomInProcess();
                var received = await Receive(buffer);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    Close(Closing.ByPeer);
                    return;
                }

                // What comes after the close was decided is thrown away, so that the peer gets to read why.
                if (_closing is null) Add(buffer, received, lanes);
                else PassOver(buffer, received);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            Close(Closing.Lost);
        }
        catch (Exception e)
        {
            log.LogError(e, "A gateway's socket failed");
            Close(Closing.Failed);
        }
    }

    private void Add(FrameBuffer buffer, ValueWebSocketReceiveResult received, ReplyLanes lanes)
    {
        if (!_isInMessage) _begun = time.GetTimestamp();
        _isInMessage = !received.EndOfMessage;
        buffer.Add(received.Count);
        if (received.MessageType != WebSocketMessageType.Text) Close(Closing.Binary);
        else if (buffer.IsTooLong) Close(Closing.TooLarge);
        else if (!received.EndOfMessage) return;
        else Take(buffer.Message, lanes);
        buffer.Clear();
    }

    private void PassOver(FrameBuffer buffer, ValueWebSocketReceiveResult received)
    {
        if (!_isInMessage) _begun = time.GetTimestamp();

        // Of a message that has only begun the bytes are still to come; without a buffer they never would.
        _isInMessage = !received.EndOfMessage;
        buffer.Clear();
    }

    private void Take(ReadOnlyMemory<byte> message, ReplyLanes lanes)
    {
        if (!_window.TryEnter(message.Length)) return;
        inFlight.Hold(message.Length);
        var reading = reader.Structured(message);
        var awaited = new AwaitedReply(reading.CallId, reading.Source, message.Length);
        lanes.Await(awaited);
        _ = Answer(lanes, awaited, intake.Take(reading, Key, CancellationToken.None));
    }

    private void Leave(int bytes)
    {
        inFlight.LetGo(bytes);
        _window.Leave(bytes);
    }

    /// <summary>Waits until the process has room, or the socket is to be closed.</summary>
    private Task RoomInProcess()
    {
        var room = inFlight.Room();
        return room.IsCompleted ? room : Task.WhenAny(room, _window.Closed);
    }

    private static async Task Answer(ReplyLanes lanes, AwaitedReply awaited, Task<CallReply> reply) => lanes.Answer(awaited, await reply.ConfigureAwait(false));

    /// <summary>
    /// A receive is done when its buffer is full or the frame is at its end. So that a message is seen to begin, and a socket on which nothing is said holds no
    /// memory, the first one has no buffer.
    /// </summary>
    private ValueTask<ValueWebSocketReceiveResult> Receive(FrameBuffer buffer)
    {
        if (!_isInMessage) return socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        var receiving = socket.ReceiveAsync(buffer.Free(), CancellationToken.None);
        return receiving.IsCompleted ? receiving : InTime(receiving.AsTask());
    }

    private async ValueTask<ValueWebSocketReceiveResult> InTime(Task<ValueWebSocketReceiveResult> receiving)
    {
        var left = limits.MessagePatience - time.GetElapsedTime(_begun);
        try
        {
            return await receiving.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        }
        catch (TimeoutException)
        {
            Close(Closing.Dribbles);
            return await receiving;
        }
    }

    /// <summary>Tells the peer why, and waits a moment for its own goodbye.</summary>
    private async Task<bool> SeeOff(Task reading)
    {
        var closing = _closing ?? Closing.ByPeer;
        try
        {
            await _writer.Settled(limits.ClosePatience);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(closing.Status, closing.Reason, CancellationToken.None).WaitAsync(limits.ClosePatience, time);
            await reading.WaitAsync(limits.ClosePatience, time);

            // Bytes that nobody reads would have the system reset the connection, and the peer not read the close that is on its way.
            if (socket.State != WebSocketState.Closed) await stream.ReadToEnd(limits.ClosePatience, time);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            socket.Abort();
            return false;
        }
        finally
        {
            if (!reading.IsCompleted) socket.Abort();
            await reading;
        }
    }
}
