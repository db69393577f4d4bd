using System.Net.WebSockets;
using CallActors.Messages;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.Host.Gateways.Twilio;

/// <summary>A real WebSocket, fake calls behind it.</summary>
public class MediaEndpointSpecs : TwilioFixture
{
    private async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, string.Join(", ", Told.Select(told => told.Type)));
            await look.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Start_keys_mark_and_stop_are_events_and_audio_is_none()
    {
        using var socket = await Twilio.Stream();
        await socket.Send(MediaFrames.Connected);
        await socket.Send(MediaFrames.Start(Call));
        for (var i = 0; i < 500; i++) await socket.Send(MediaFrames.Media(i));
        await socket.Send(MediaFrames.Mark("greeting"));
        await socket.Send(MediaFrames.Dtmf("7"));
        await socket.Send("no frame at all");
        await socket.Send(MediaFrames.Stop(Call));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await Until(() => Told.Length == 4);
        Assert.Equal(["call.answered", "greeting.finished", "gateway.heartbeat", "gateway.heartbeat"], Told.Select(told => told.Type));
        Assert.All(Told, told => Assert.Equal(Call, told.CallId.Value));
        Assert.Equal(4, Told.Select(told => told.Header.Key).Distinct().Count());
    }

    [Fact]
    public async Task While_audio_comes_the_call_is_kept_alive_and_a_cut_line_does_not_end_it()
    {
        using (var socket = await Twilio.Stream())
        {
            await socket.Send(MediaFrames.Start(Call));
            await Until(() => Told.Length == 1);
            Clock.Advance(TimeSpan.FromMinutes(1));
            await socket.Send(MediaFrames.Media(1));
            await socket.Send(MediaFrames.Media(2));
            await Until(() => Told.Length == 2);
            socket.Abort();
        }

        await Until(() => Told.Length == 3);
        Assert.Equal(["call.answered", "gateway.heartbeat", "gateway.heartbeat"], Told.Select(told => told.Type));
    }

    private void RefuseTheFirst()
    {
        var refused = 0;
        Calls.OnSend = message => Task.FromResult(refused++ == 0
            ? CallReply.Refuse(message.CallId, "e", new Problem(ProblemType.Overloaded, "away"))
            : new CallReply(message.CallId, "e", CallOutcome.Applied));
    }

    [Fact]
    public async Task What_the_journal_cannot_take_now_is_told_again_after_a_while()
    {
        RefuseTheFirst();
        using var socket = await Twilio.Stream();
        await socket.Send(MediaFrames.Start(Call));
        await socket.Send(MediaFrames.Dtmf("1"));
        using var frames = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Told.Length < 3)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(200));
            await socket.Send(MediaFrames.Media(1));
            await frames.WaitForNextTickAsync();
        }

        Assert.Equal(["call.answered", "call.answered", "gateway.heartbeat"], Told.Take(3).Select(told => told.Type));
        Assert.Equal(Told[0].Header.Key, Told[1].Header.Key);
    }

    [Fact]
    public async Task It_is_not_told_with_every_frame_and_once_more_at_the_end()
    {
        RefuseTheFirst();
        using var socket = await Twilio.Stream();
        await socket.Send(MediaFrames.Start(Call));
        for (var i = 0; i < 100; i++) await socket.Send(MediaFrames.Media(i));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await Until(() => Told.Length == 3);
        Assert.Equal(["call.answered", "call.answered", "gateway.heartbeat"], Told.Select(told => told.Type));
    }

    [Fact]
    public async Task A_frame_beyond_measure_ends_the_stream()
    {
        using var socket = await Twilio.Stream();
        await socket.Send(new string('x', 70_000));
        var end = await socket.ReceiveAsync(new byte[16], CancellationToken.None);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.MessageTooBig), (end.MessageType, end.CloseStatus));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("NwK3ZekdzXmrrlFyk5/RIf7FrkM=")]
    public async Task Nobody_but_Twilio_opens_one(string signature)
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => Twilio.Stream(signature));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_signed_with_a_slash_behind_by_some()
    {
        using var socket = await Twilio.Stream(TwilioClient.Sign(TwilioClient.Token, "wss://calls.example.com/v1/gateways/twilio/media/"));
        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Fact]
    public async Task Without_an_upgrade_it_is_no_stream()
    {
        (await Get("/v1/gateways/twilio/media")).IsProblem("signature-refused", 403);
        Client.DefaultRequestHeaders.Add("X-Twilio-Signature", TwilioClient.Sign(TwilioClient.Token, "wss://calls.example.com/v1/gateways/twilio/media"));
        (await Get("/v1/gateways/twilio/media")).AsksForHandshake();
    }
}
