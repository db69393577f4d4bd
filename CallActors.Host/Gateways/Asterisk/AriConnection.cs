using System.Net.WebSockets;
using System.Text.Json;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Host.Gateways.Reconciliation;
using CallActors.Host.Gateways.WebSockets;

namespace CallActors.Host.Gateways.Asterisk;

/// <summary>The socket of one Asterisk, from its upgrade to its end. The end is none of its calls.</summary>
internal sealed class AriConnection : IDisposable
{
    /// <summary>An event has some kilobytes; the list of 20,000 channels is one frame, too.</summary>
    private const int LongestFrame = 16 * 1024 * 1024;

    /// <summary>Events in hand. With more, nothing is read; an Asterisk that cannot write gives up, comes again and is asked for what was missed.</summary>
    private const int InHand = 1024;

    private static readonly Closing NoJson = new(WebSocketCloseStatus.InvalidPayloadData, "a frame is no JSON object");
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>So long it is tried to tell what is not taken: nobody else would send it again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly WebSocket socket;
    private readonly AriOptions ari;
    private readonly CallbackDesk desk;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly AriSettlement settlement;
    private readonly CallLanes lanes = new(InHand);
    private readonly SemaphoreSlim writing = new(1);
    private readonly CancellationTokenSource gone = new();
    private readonly CancellationTokenSource end;
    private Closing? closing;

    public AriConnection(WebSocket socket, AriOptions ari, TimeSpan beat, CallbackDesk desk, GatewayDesk gateways, TimeProvider time, ILogger log)
    {
        (this.socket, this.ari, this.desk, this.time, this.log) = (socket, ari, desk, time, log);
        settlement = new AriSettlement(ari, beat, Ask, alive => desk.Tell(alive, CancellationToken.None), gateways, time, log);
        end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>Listens until the other side, or this service, ends it.</summary>
    public async Task Run(CancellationToken stopping)
    {
        // A receive that is cancelled cuts the line; so the other side is asked to go first.
        await using var asked = stopping.Register(() => _ = Close(Closing.Restart));
        var settling = settlement.Run(gone.Token);
        try
        {
            await Listen(stopping);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            log.LogInformation("The connection of Asterisk broke off: {Reason}", e.Message);
        }
        finally
        {
            await gone.CancelAsync();
            await settling;
            await settlement.Current;
            await lanes.Done();
        }
    }

    public void Dispose()
    {
        lanes.Dispose();
        writing.Dispose();
        gone.Dispose();
        end.Dispose();
    }

    private async Task Listen(CancellationToken stopping)
    {
        using var buffer = new FrameBuffer(LongestFrame);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.Free(), end.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await Close(Closing.ByPeer);
                return;
            }

            // What comes after the close was decided is thrown away, so that the peer gets to read why.
            buffer.Add(part.Count);
            if (closing is null && part.MessageType != WebSocketMessageType.Text) await Close(Closing.Binary);
            else if (closing is null && buffer.IsTooLong) await Close(Closing.TooLarge);
            else if (closing is null && !part.EndOfMessage) continue;
            else if (closing is null) await Hear(buffer.Message, stopping);
            buffer.Clear();
        }
    }

    private async Task Hear(ReadOnlyMemory<byte> message, CancellationToken stopping)
    {
        if (!JsonBytes.TryParse(message, out var document, out _))
        {
            await Close(NoJson);
            return;
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) await Close(NoJson);
            else if (SignedJson.At(root, "/type") == AriRest.Response) await settlement.Answered(root, lanes.Done(), gone.Token);
            else await Take(Read(root), stopping);
        }
    }

    private CallbackReading Read(JsonElement told)
    {
        if (SignedJson.At(told, "/type") == "ApplicationReplaced")
            log.LogWarning("Another connection has taken over {Application}; nothing more comes over this one", ari.Application);
        return AriEvents.Read(told, ari.Application, time.GetUtcNow(), ari.NumberPrefix);
    }

    private async Task Take(CallbackReading reading, CancellationToken stopping)
    {
        if (reading.Notice is not { } notice)
        {
            await desk.Tell("Asterisk", reading, CancellationToken.None);
            return;
        }

        settlement.Heard(notice.Source, notice.CallId, notice.IsEnd);
        var settled = settlement.Current;
        await lanes.Add(notice.CallId, async () =>
        {
            await settled;
            await Tell(reading, stopping);
        });
    }

    private async Task Tell(CallbackReading reading, CancellationToken stopping)
    {
        var begun = time.GetTimestamp();
        while ((await desk.Tell("Asterisk", reading, CancellationToken.None)).MayBeMended)
        {
            if (stopping.IsCancellationRequested || time.GetElapsedTime(begun) >= Patience)
            {
                log.LogWarning(
                    "{Event} of call {CallId} was not taken; Asterisk's next list of channels sets it right", reading.Notice?.EventId, reading.Notice?.CallId);
                return;
            }

            await Task.Delay(Pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task Ask(string uri) =>
        Write(() => closing is null ? socket.SendAsync(AriRest.Get(uri), WebSocketMessageType.Text, true, end.Token) : Task.CompletedTask);

    /// <summary>The first reason counts.</summary>
    private async Task Close(Closing why)
    {
        if (Interlocked.CompareExchange(ref closing, why, null) is not null) return;
        if (why != Closing.ByPeer) log.LogInformation("The connection of Asterisk is closed with {Code}: {Reason}", (int)why.Status, why.Reason);
        end.CancelAfter(Goodbye);
        await Write(() => socket.CloseOutputAsync(why.Status, why.Reason, end.Token));
    }

    private async Task Write(Func<Task> write)
    {
        try
        {
            await writing.WaitAsync(end.Token);
            try
            {
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await write();
            }
            finally
            {
                writing.Release();
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Whoever cannot be written to has gone; the listening sees it.
        }
    }
}
