using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>A real service that is sent far more than it is set up to bear.</summary>
public sealed class OverloadSpecs
{
    private static JsonObject Start(string call) =>
        GatewayClient.Event(call, "call.started", new { direction = "inbound", from = "+972541111111", to = "+97235550100" }, $"{call}-start");

    [Fact]
    public async Task A_flood_of_new_calls_is_refused_in_part_and_every_event_of_an_accepted_call_is_applied()
    {
        const int sockets = 4, calls = 500;
        await using var service = await ServiceProcess.StartAsync(null, ("Limits:EventsInFlight", "32"));
        await using var accepted = await SocketGateway.ConnectAsync(service.Address);
        Assert.Equal("applied", (string?)(await accepted.Tell(Start("CA-accepted")))["outcome"]);
        var flood = Task.WhenAll(Enumerable.Range(0, sockets).Select(async i =>
        {
            await using var gateway = await SocketGateway.ConnectAsync(service.Address);
            var sending = Task.Run(async () =>
            {
                for (var call = 0; call < calls; call++)
                {
                    await gateway.Send(Start($"CA-{i}-{call}"));
                    await gateway.Send(GatewayClient.Event($"CA-{i}-{call}", "call.answered", id: "answered"));
                }
            });
            var replies = await gateway.Receive(calls * 2);
            await sending;
            return replies;
        }));
        for (var i = 0; i < 50; i++)
            Assert.Equal("applied", (string?)(await accepted.Tell(GatewayClient.Event("CA-accepted", "call.noted", new { summary = $"{i}" })))["outcome"]);
        var starts = (await flood).SelectMany(replies => replies)
            .ToLookup(reply => ((string)reply["data"]!["eventId"]!).EndsWith("-start", StringComparison.Ordinal));
        var problems = starts[true].Where(reply => (string?)reply["data"]!["outcome"] == "refused").Select(reply => (string?)reply["data"]!["problem"]!["type"])
            .ToArray();
        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.Equal("urn:callactors:overloaded", problem));
        Assert.Equal(sockets * calls, starts[true].Count());

        // A call that was accepted is served: its second event, which came right behind, is applied.
        var held = starts[true].Where(reply => (string?)reply["data"]!["outcome"] == "applied").Select(reply => (string?)reply["subject"]).ToHashSet();
        Assert.All(
            starts[false].Where(reply => held.Contains((string?)reply["subject"])),
            reply => Assert.Equal("applied", (string?)reply["data"]!["outcome"]));
    }
}
