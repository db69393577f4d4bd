using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CallActors.Host.Api;
using CallActors.Host.Verbs.Bench;
using CallActors.Host.Verbs.Bench.Wire;

namespace CallActors.Tests.Host.Bench;

/// <summary>The bench's batches hold what was told meanwhile, and each event is given the reply that is its own.</summary>
public sealed class HttpBatchSpecs : IDisposable
{
    private const string Applied = """{"eventId":"e","outcome":"applied"}""";
    private const string Minimal = """{"eventId":"e","outcome":"applied","context":{"workingHours":[],"source":"minimal"}}""";
    private const string Overloaded = """{"eventId":"e","outcome":"refused","problem":{"type":"urn:callactors:overloaded","status":503}}""";

    /// <summary>None of it takes a second; what never comes fails its spec instead of holding up the others.</summary>
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(1));

    [Fact]
    public async Task What_is_told_while_a_batch_is_under_way_goes_into_the_next()
    {
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        await using var wire = new HttpBatchWire(new Uri($"http://{service.LocalEndpoint}"), "the-key-of-this-bench", connections: 1);

        var first = Tell(wire, 1);
        using var accepted = await service.AcceptSocketAsync(_patience.Token);
        Assert.Equal(["e-1"], await IdsOf(accepted));

        var (second, third) = (Tell(wire, 2), Tell(wire, 3));
        await Answer(accepted, $"[{Minimal}]");
        Assert.Equal(new WireReply(true, true, null), await first);

        Assert.Equal(["e-2", "e-3"], await IdsOf(accepted));
        await Answer(accepted, $"[{Applied},{Overloaded}]");
        Assert.Equal(new WireReply(true, false, null), await second);
        Assert.Equal(new WireReply(false, false, Overloaded), await third);
    }

    [Fact]
    public async Task A_connection_that_breaks_fails_who_waits_and_the_next_batch_has_another()
    {
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        await using var wire = new HttpBatchWire(new Uri($"http://{service.LocalEndpoint}"), "the-key-of-this-bench", connections: 1);

        var first = Tell(wire, 1);
        using (var accepted = await service.AcceptSocketAsync(_patience.Token)) Assert.Equal(["e-1"], await IdsOf(accepted));
        Assert.Equal("An HTTP connection to the service broke: the service closed it", (await Assert.ThrowsAsync<BenchException>(() => first)).Message);

        var second = Tell(wire, 2);
        using var again = await service.AcceptSocketAsync(_patience.Token);
        Assert.Equal(["e-2"], await IdsOf(again));
        await Answer(again, $"[{Applied}]");
        Assert.True((await second).Applied);
    }

    [Fact]
    public async Task A_batch_has_no_more_events_than_the_service_takes()
    {
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        await using var wire = new HttpBatchWire(new Uri($"http://{service.LocalEndpoint}"), "the-key-of-this-bench", connections: 1);

        var first = Tell(wire, 0);
        using var accepted = await service.AcceptSocketAsync(_patience.Token);
        Assert.Single(await IdsOf(accepted));
        var others = Enumerable.Range(1, EventsEndpoint.BatchLimit + 1).Select(number => Tell(wire, number)).ToArray();
        await Answer(accepted, $"[{Applied}]");
        Assert.True((await first).Applied);

        Assert.Equal(EventsEndpoint.BatchLimit, (await IdsOf(accepted)).Length);
        await Answer(accepted, $"[{string.Join(',', Enumerable.Repeat(Applied, EventsEndpoint.BatchLimit))}]");
        Assert.Equal([$"e-{others.Length}"], await IdsOf(accepted));
        await Answer(accepted, $"[{Applied}]");
        Assert.All(await Task.WhenAll(others), reply => Assert.True(reply.Applied));
    }

    [Fact]
    public async Task A_service_may_close_connections_while_nothing_is_told()
    {
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        await using var wire = new HttpBatchWire(new Uri($"http://{service.LocalEndpoint}"), "the-key-of-this-bench", connections: 1);
        for (var round = 0; round < 2; round++)
        {
            var reply = Tell(wire, round);
            using (var accepted = await service.AcceptSocketAsync(_patience.Token))
            {
                Assert.Single(await IdsOf(accepted));
                await Answer(accepted, $"[{Applied}]");
                Assert.True((await reply).Applied);
            }

            wire.Rest();
        }
    }

    [Fact]
    public async Task Who_still_waits_when_the_bench_lets_go_is_told()
    {
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        var wire = new HttpBatchWire(new Uri($"http://{service.LocalEndpoint}"), "the-key-of-this-bench", connections: 1);
        var first = Tell(wire, 1);
        using var accepted = await service.AcceptSocketAsync(_patience.Token);
        await IdsOf(accepted);
        var second = Tell(wire, 2);
        await wire.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => second);
        Assert.False(_patience.IsCancellationRequested);
    }

    [Fact]
    public void A_batch_that_is_refused_whole_is_refused_for_each_of_its_events()
    {
        var replies = HttpBatchWire.RepliesOf(AnswerOf("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\n", "{}"), 3);
        Assert.Equal(3, replies.Length);
        Assert.All(replies, reply => Assert.True(reply is { Applied: false, IsNotNow: true }));
    }

    [Theory]
    [InlineData("[" + Applied + "]", "A batch of 2 events had 1 replies.")]
    [InlineData(Applied, "A batch of 2 events had 0 replies.")]
    [InlineData("[" + Applied + ",{", "The answer to a batch is no JSON: ")]
    public void An_answer_that_does_not_have_a_reply_for_each_event_fails_the_bench(string body, string message) => Assert.StartsWith(
        message, Assert.Throws<BenchException>(() => HttpBatchWire.RepliesOf(AnswerOf("HTTP/1.1 200 OK\r\n\r\n", body), 2)).Message, StringComparison.Ordinal);

    private Task<WireReply> Tell(HttpBatchWire wire, int number) =>
        wire.SendAsync(new WireEvent($"e-{number}", number, wire.Frame(Encoding.UTF8.GetBytes($$"""{"id":"e-{{number}}"}"""))), _patience.Token);

    public void Dispose() => _patience.Dispose();

    private static HttpAnswer AnswerOf(string head, string body) => new(Encoding.UTF8.GetBytes(head + body), head.Length);

    private static async Task Answer(Socket gateway, string body) =>
        await gateway.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"));

    /// <summary>The ids of the events in the one request that comes.</summary>
    private async Task<string[]> IdsOf(Socket gateway)
    {
        var (buffer, read) = (new byte[64 * 1024], 0);
        while (true)
        {
            var more = await gateway.ReceiveAsync(buffer.AsMemory(read), _patience.Token);
            Assert.NotEqual(0, more);
            read += more;
            var text = Encoding.ASCII.GetString(buffer, 0, read);
            var body = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            if (!text.Contains($"\r\nContent-Length: {body.Length}\r\n", StringComparison.Ordinal)) continue;
            Assert.Contains("\r\nContent-Type: application/cloudevents-batch+json\r\n", text, StringComparison.Ordinal);
            using var events = JsonDocument.Parse(body);
            return [.. events.RootElement.EnumerateArray().Select(told => told.GetProperty("id").GetString() ?? "")];
        }
    }
}
