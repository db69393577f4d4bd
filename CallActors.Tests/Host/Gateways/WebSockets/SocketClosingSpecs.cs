using System.Text;
using System.Text.Json.Nodes;
using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Host.Gateways.WebSockets;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.Api;
using Microsoft.Extensions.DependencyInjection;

namespace CallActors.Tests.Host.Gateways.WebSockets;

/// <summary>How a socket ends, and what it bears before it does.</summary>
public sealed class SocketClosingSpecs : GatewayFixture
{
    private const int Window = 8;
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Uri Service => Client.BaseAddress!;

    protected override void Add(IServiceCollection services) => services.AddSingleton(new SocketLimits
    {
        WindowEvents = Window,
        MessagePatience = TimeSpan.FromSeconds(2),
        WritePatience = TimeSpan.FromMilliseconds(500),
        ClosePatience = TimeSpan.FromSeconds(10),
    });

    private static JsonObject Event(string id, string call = "CA-1") => GatewayClient.Event(call, "call.noted", new { summary = "x" }, id);

    private static byte[] EventBytes(string id) => Encoding.UTF8.GetBytes(Event(id).ToJsonString());

    private static CallReply Applied(ICallMessage message) =>
        new(message.CallId, ((CallEvents.CallEvent)message).Header.Key.Id, CallOutcome.Applied, CallPhase.Live);

    private void AnswerWhenTold() => Calls.OnSend = async message =>
    {
        await _go.Task;
        return Applied(message);
    };

    private async Task UntilAsked(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Calls.Asked.Count < count)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_binary_frame_closes_with_1003_and_events_in_hand_are_answered_first()
    {
        AnswerWhenTold();
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        await gateway.Send(Event("e-1"));
        await gateway.SendBinary([1, 2, 3]);
        await UntilAsked(1);
        _go.SetResult();
        var (code, replies) = await gateway.UntilClosed();
        Assert.Equal((1003, "e-1"), (code, (string?)Assert.Single(replies)["data"]!["eventId"]));
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_close_with_1007()
    {
        using var raw = await RawSocket.OpenAsync(Service);
        await raw.Write(RawSocket.Text, [.. "{\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        Assert.Equal((1007, 0), await raw.UntilClosed());
    }

    [Theory]
    [InlineData(new byte[] { 0xF1, 0x80, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x83, 0x80, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x80, 0x80, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x81, 0x06, (byte)'n', (byte)'o', (byte)'m', (byte)'a', (byte)'s', (byte)'k' })]
    public async Task What_breaks_the_protocol_closes_with_1002(byte[] frame)
    {
        using var raw = await RawSocket.OpenAsync(Service);
        await raw.Write(frame);
        Assert.Equal((1002, 0), await raw.UntilClosed());
    }

    [Fact]
    public async Task A_message_of_a_mebibyte_is_read_and_one_byte_more_closes_with_1009()
    {
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        var shell = Event("e-1").ToJsonString().Length;
        await gateway.Send(Event("e-1").ToJsonString() + new string(' ', RequestBody.Limit - shell));
        Assert.Equal("applied", (string?)(await gateway.Receive())!["data"]!["outcome"]);
        await gateway.Send(Event("e-2").ToJsonString() + new string(' ', RequestBody.Limit - shell + 1));
        var (code, replies) = await gateway.UntilClosed();
        Assert.Equal((1009, 0), (code, replies.Count));
        Assert.Single(Calls.Asked);
    }

    [Fact]
    public async Task A_message_without_end_closes_with_1009()
    {
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        for (var i = 0; i < 17; i++) await gateway.SendPart(new string(' ', 64 * 1024), isLast: false);
        Assert.Equal(1009, (await gateway.UntilClosed()).Code);
    }

    [Fact]
    public async Task A_frame_that_says_it_is_as_large_as_can_be_takes_no_memory_and_closes_once_it_is_too_large()
    {
        using var raw = await RawSocket.OpenAsync(Service);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await raw.Write(RawSocket.Frame(RawSocket.Text, new byte[RequestBody.Limit + 1].Select(_ => (byte)' ').ToArray(), long.MaxValue));
        Assert.Equal((1009, 0), await raw.UntilClosed());
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 64 * 1024 * 1024);
    }

    [Fact]
    public async Task A_message_that_dribbles_closes_with_1008()
    {
        using var raw = await RawSocket.OpenAsync(Service);
        var bytes = EventBytes("e-1");
        await raw.Write(RawSocket.Frame(RawSocket.Text, bytes[..10], (ulong)bytes.Length));
        Assert.Equal((1008, 0), await raw.UntilClosed());
    }

    [Fact]
    public async Task A_socket_on_which_nothing_is_said_stays_open()
    {
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        using var longer = new PeriodicTimer(TimeSpan.FromMilliseconds(700));
        await longer.WaitForNextTickAsync();
        await gateway.Tell(Event("e-1"));
    }

    [Fact]
    public async Task A_full_window_is_not_read_beyond_and_nothing_is_lost()
    {
        AnswerWhenTold();
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        for (var i = 0; i < Window * 3; i++) await gateway.Send(Event($"e-{i}", $"CA-{i}"));
        await UntilAsked(Window);

        // Whoever reads on would have taken it by now: another socket is opened, served and closed meanwhile.
        _ = await Get("/v1/stats");
        await using (var other = await SocketGateway.ConnectAsync(Service)) await other.SendClose();
        Assert.Equal(Window, Calls.Asked.Count);
        _go.SetResult();
        Assert.Equal(
            Enumerable.Range(0, Window * 3).Select(i => $"e-{i}").Order(),
            (await gateway.Receive(Window * 3)).Select(reply => (string)reply["data"]!["eventId"]!).Order());
    }

    [Fact]
    public async Task A_peer_that_sends_without_end_into_a_full_window_is_held_back_by_TCP()
    {
        AnswerWhenTold();
        using var raw = await RawSocket.OpenAsync(Service);
        var frame = RawSocket.Frame(RawSocket.Text, [.. EventBytes("e-1"), .. Enumerable.Repeat((byte)' ', 60_000)]);
        using var stuck = new CancellationTokenSource();
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            while (true)
            {
                await raw.WriteWithoutEnd(frame, stuck.Token);
                Interlocked.Increment(ref sent);
            }
        });

        // It is stuck when a second goes by without a frame getting through.
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var seen = -1; seen != Volatile.Read(ref sent); await beat.WaitForNextTickAsync()) seen = Volatile.Read(ref sent);
        Assert.Equal(Window, Calls.Asked.Count);
        Assert.InRange(sent, Window, 500);
        await stuck.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_closed_with_1008_and_learns_it_if_it_reads_after_all()
    {
        // Replies much larger than their events fill whatever lies between.
        Calls.OnSend = message => Task.FromResult(CallReply.Refuse(message.CallId, "e", new Problem(ProblemType.Failed, new string('x', 200_000))));
        using var raw = await RawSocket.OpenAsync(Service, receiveBuffer: 8 * 1024);
        using var stuck = new CancellationTokenSource();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 10_000; i++) await raw.WriteWithoutEnd(RawSocket.Frame(RawSocket.Text, EventBytes($"e-{i}")), stuck.Token);
        });
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var seen = -1; seen != Calls.Asked.Count; await beat.WaitForNextTickAsync()) seen = Calls.Asked.Count;
        Assert.InRange(Calls.Asked.Count, Window, 5_000);
        var (code, texts) = await raw.UntilClosed();
        Assert.Equal(1008, code);
        Assert.InRange(texts, 1, Calls.Asked.Count);
        await stuck.CancelAsync();
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_peer_that_says_goodbye_has_its_replies_first()
    {
        AnswerWhenTold();
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        await gateway.Send(Event("e-1"));
        await gateway.SendClose();
        await UntilAsked(1);
        _go.SetResult();
        var (code, replies) = await gateway.UntilClosed();
        Assert.Equal((1000, "e-1"), (code, (string?)Assert.Single(replies)["data"]!["eventId"]));
    }

    [Fact]
    public async Task A_service_that_stops_answers_what_is_in_hand_takes_nothing_more_and_closes_with_1012()
    {
        AnswerWhenTold();
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        await using var idle = await SocketGateway.ConnectAsync(Service);
        await gateway.Send(Event("e-1"));
        await UntilAsked(1);
        var stopping = Stop();
        Assert.Equal(1012, (await idle.UntilClosed()).Code);
        await gateway.Send(Event("e-2"));
        _go.SetResult();
        var (code, replies) = await gateway.UntilClosed();
        await stopping;
        Assert.Equal((1012, "e-1"), (code, (string?)Assert.Single(replies)["data"]!["eventId"]));
        Assert.Single(Calls.Asked);
    }

    [Fact]
    public async Task A_peer_that_is_gone_without_a_word_takes_nothing_with_it()
    {
        AnswerWhenTold();
        var raw = await RawSocket.OpenAsync(Service);
        await raw.Write(RawSocket.Text, EventBytes("e-1"));
        await UntilAsked(1);
        raw.Dispose();
        _go.SetResult();
        await using var gateway = await SocketGateway.ConnectAsync(Service);
        await gateway.Tell(Event("e-2"));
    }
}
