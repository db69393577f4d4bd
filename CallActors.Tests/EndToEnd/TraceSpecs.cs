using System.Collections.Concurrent;
using System.Text;
using CallActors.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CallActors.Tests.EndToEnd;

/// <summary>What a real service tells a collector.</summary>
public sealed class TraceSpecs
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task A_collector_is_told_of_each_event_within_its_senders_trace_and_of_what_was_asked_for_its_call()
    {
        var heard = new ConcurrentQueue<byte[]>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            heard.Enqueue(body.ToArray());
            return Results.Bytes([], "application/x-protobuf");
        });
        await collector.StartAsync();

        await using var service = await ServiceProcess.StartAsync(
            null, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "50"));
        using var gateway = new GatewayClient(service.Address);
        var started = GatewayClient.Event("CA-traced", "call.started", new { direction = "inbound", from = "+972541111111", to = "+97235550100" });
        started["traceparent"] = $"00-{Trace}-b7ad6b7169203331-01";
        Assert.Equal("applied", (await gateway.Tell(started)).Outcome);
        Assert.Equal("applied", (await gateway.Tell("CA-traced", "call.ended", new { status = "completed" })).Outcome);
        await gateway.UntilNoCallIsLeft();
        Assert.Equal(0, await service.TerminateAsync());

        // Names and ids stand in OTLP's protobuf as they are.
        byte[] all = [.. heard.SelectMany(body => body)];
        Assert.All(
            ["callactors", "process call.started", "process call.ended", "load contexts", "commit calls", "append to log", "POST /v1/events", "CA-traced"],
            text => Assert.True(Has(all, Encoding.UTF8.GetBytes(text)), text));
        Assert.True(Has(all, Convert.FromHexString(Trace)));
    }

    [Fact]
    public async Task Without_a_collector_at_its_address_calls_go_on_the_log_says_so_and_a_stop_is_a_stop()
    {
        await using var service = await ServiceProcess.StartAsync(
            null, ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("OTEL_BSP_SCHEDULE_DELAY", "50"));
        using var gateway = new GatewayClient(service.Address);
        Assert.Equal(
            "applied", (await gateway.Tell("CA-1", "call.started", new { direction = "inbound", from = "+972541111111", to = "+97235550100" })).Outcome);
        Assert.Equal("applied", (await gateway.Tell("CA-1", "call.ended", new { status = "completed" })).Outcome);
        await gateway.UntilNoCallIsLeft();
        await service.UntilSaidAsync("Telemetry: Transient HTTP error occurred when communicating with http://127.0.0.1:1/");
        Assert.Equal(0, await service.TerminateAsync());
    }

    private static bool Has(byte[] all, byte[] part) => all.AsSpan().IndexOf(part) >= 0;
}
