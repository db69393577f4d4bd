using System.Net;
using System.Net.Sockets;
using System.Text;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Host.Verbs.Bench;
using CallActors.Host.Verbs.Bench.Wire;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.Host.Bench;

/// <summary>What the bench says over the wire is what it says without, and an event that was not applied is no success.</summary>
public sealed class WireSpecs
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_service_reads_from_the_wire_what_it_is_told_without()
    {
        var (reader, people) = (new CloudEventReader(new FixedTime(Start)), new BenchPeople());
        foreach (var told in Enumerable.Range(0, 20).SelectMany(i => new BenchCall(i, people, Start).ToEvents()))
            Assert.Equal(told, reader.Structured(WireCall.CloudEvent(told)).Event);
    }

    [Fact]
    public async Task A_request_has_a_length_and_the_key()
    {
        await using var wire = new HttpWire(new Uri("http://127.0.0.1:8080"), "the-key-of-this-bench");
        Assert.Equal(
            "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAuthorization: Bearer the-key-of-this-bench\r\n"
            + "Content-Type: application/cloudevents+json\r\nContent-Length: 6\r\n\r\nדנה",
            Encoding.UTF8.GetString(wire.Frame(Encoding.UTF8.GetBytes("דנה")).Span));
    }

    /// <summary>The other designs' part of a round may take longer than a service keeps a connection that nobody uses.</summary>
    [Fact]
    public async Task A_service_may_close_connections_while_the_bench_is_busy_with_other_designs()
    {
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        await using var wire = new HttpWire(new Uri($"http://{service.LocalEndpoint}"), "the-key-of-this-bench");
        for (var round = 0; round < 2; round++)
        {
            var reply = wire.SendAsync(new WireEvent("e-1", 0, wire.Frame("{}"u8.ToArray())), default);
            using (var accepted = await service.AcceptSocketAsync())
            {
                await accepted.ReceiveAsync(new byte[4096]);
                await accepted.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{\"outcome\":\"applied\"}"));
                Assert.True((await reply).Applied);
            }

            wire.Rest();
        }
    }

    [Theory]
    [InlineData("""{"eventId":"7-0","callId":"bench-7","outcome":"applied","context":{"source":"database"}}""", true, false)]
    [InlineData("""{"eventId":"7-0","callId":"bench-7","outcome":"applied","context":{"source":"minimal"}}""", true, true)]
    [InlineData("""{"eventId":"7-0","callId":"bench-7","outcome":"duplicate"}""", false, false)]
    [InlineData("""{"type":"urn:callactors:overloaded","status":503}""", false, false)]
    public void A_reply_is_applied_or_an_error(string reply, bool applied, bool minimal)
    {
        var read = WireReply.Read(Encoding.UTF8.GetBytes(reply));
        Assert.Equal((applied, minimal, applied ? null : reply), (read.Applied, read.Minimal, read.Refusal));
    }

    [Theory]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\n\r\n{}", true)]
    [InlineData("""{"eventId":"7-0","outcome":"refused","problem":{"type":"urn:callactors:overloaded","status":503}}""", true)]
    [InlineData("""{"eventId":"7-0","outcome":"refused","problem":{"type":"urn:callactors:too-many-calls","status":429}}""", true)]
    [InlineData("""{"eventId":"7-0","outcome":"refused","problem":{"type":"urn:callactors:unknown-call","status":404}}""", false)]
    [InlineData("""{"eventId":"7-0","outcome":"applied","state":"live"}""", false)]
    public void A_refusal_may_be_for_now_only(string reply, bool isNotNow) => Assert.Equal(isNotNow, WireReply.Read(Encoding.UTF8.GetBytes(reply)).IsNotNow);

    [Theory]
    [InlineData("""{"specversion":"1.0","id":"r1","type":"reply","data":{"eventId":"7-0","eventSource":"bench","outcome":"applied"}}""", "7-0")]
    [InlineData("""{"specversion":"1.0","id":"r1","type":"reply","data":{}}""", null)]
    public void A_reply_frame_names_its_event(string frame, string? id) => Assert.Equal(id, WebSocketWire.EventIdOf(Encoding.UTF8.GetBytes(frame)));

    [Fact]
    public async Task Events_that_are_refused_fail_the_bench()
    {
        using var folder = new BenchFolder();
        var (exitCode, output, error) = await ServiceProcess.RunAsync(
            ["bench", "--calls", "20", "--concurrency", "10", "--rounds", "1", "--design", "callactors-http"],
            ("Database:ConnectionString", $"Data Source={folder.PathOf("crm.db")}"), ("Journal:ConnectionString", $"Data Source={folder.PathOf("journal.db")}"),
            ("Limits:LiveCallsPerNode", "1"));
        Assert.True(exitCode == 1, output + error);
        Assert.Contains("events were not applied. The first, ", error, StringComparison.Ordinal);
        Assert.Contains("urn:callactors:too-many-calls", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
