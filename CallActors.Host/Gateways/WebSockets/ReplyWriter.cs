using System.Net.WebSockets;
using System.Threading.Channels;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>Writes the replies of one socket: each a text frame, those that are there together in one write.</summary>
/// <param name="socket">The connection.</param>
/// <param name="stream">What is under it.</param>
/// <param name="patience">Within this the peer takes what is written to it.</param>
/// <param name="time">For patience.</param>
internal sealed class ReplyWriter(WebSocket socket, CoalescingStream stream, TimeSpan patience, TimeProvider time)
{
    private readonly Channel<AwaitedReply> _replies = Channel.CreateUnbounded<AwaitedReply>(new UnboundedChannelOptions { SingleReader = true });
    private Task _writing = Task.CompletedTask;
    private bool _isBroken;

    /// <summary>Replies that could not be written any more.</summary>
    public long Unsent { get; private set; }

    /// <summary>A reply is to be written. How many there may be is the window's business.</summary>
    public void Send(AwaitedReply answered) => _replies.Writer.TryWrite(answered);

    /// <summary>There will be no more.</summary>
    public void Complete() => _replies.Writer.Complete();

    /// <summary>Writes until there will be no more.</summary>
    /// <param name="leave">Told the length of the event whose reply is written.</param>
    /// <param name="close">Told where nobody takes them.</param>
    public async Task Run(Action<int> leave, Action<Closing> close)
    {
        using var frame = new ReplyFrame();
        var replies = _replies.Reader;
        while (await replies.WaitToReadAsync())
        {
            while (replies.TryRead(out var answered))
            {
                if (_isBroken)
                {
                    Unsent++;
                }
                else
                {
                    stream.MoreFollows = replies.TryPeek(out _);
                    if (await Write(frame.Write(answered)) is { } closing)
                    {
                        _isBroken = true;
                        Unsent++;
                        close(closing);
                    }
                }

                leave(answered.Bytes);
            }
        }
    }

    /// <summary>Waits for what is still being written, so that something else can be.</summary>
    /// <exception cref="TimeoutException">The peer does not take it.</exception>
    public async Task Settled(TimeSpan within)
    {
        stream.MoreFollows = false;
        await _writing.WaitAsync(within, time);
        await stream.WriteRest().AsTask().WaitAsync(within, time);
    }

    /// <returns>Null: it is written. Otherwise why it is not.</returns>
    private async ValueTask<Closing?> Write(ReadOnlyMemory<byte> text)
    {
        try
        {
            var writing = socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            if (writing.IsCompletedSuccessfully) return null;
            _writing = writing.AsTask();
            await _writing.WaitAsync(patience, time);
            return null;
        }
        catch (TimeoutException)
        {
            return Closing.DoesNotRead;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            return Closing.Lost;
        }
    }
}
