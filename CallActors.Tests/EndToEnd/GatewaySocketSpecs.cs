using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>Gateways on a WebSocket, and a real service that stops, dies and comes back under them.</summary>
public sealed class GatewaySocketSpecs : IAsyncLifetime
{
    private const string Number = "+97235550100";
    private DirectoryInfo _folder = null!;

    public Task InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("callactors-socket-");
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private static System.Text.Json.Nodes.JsonObject Start(string call) =>
        GatewayClient.Event(call, "call.started", new { direction = "inbound", from = "+972541111111", to = Number }, $"{call}-start");

    [Fact]
    public async Task A_hundred_calls_over_one_socket_each_from_first_ring_to_committed_row()
    {
        await using var service = await ServiceProcess.StartAsync(_folder.FullName);
        using var http = new GatewayClient(service.Address);
        await using var gateway = await SocketGateway.ConnectAsync(service.Address);
        var calls = Enumerable.Range(0, 100).Select(i => $"CA-{i}").ToArray();
        foreach (var call in calls)
        {
            await gateway.Send(Start(call));
            await gateway.Send(GatewayClient.Event(call, "call.answered", id: $"{call}-answered"));
            await gateway.Send(GatewayClient.Event(call, "greeting.finished", id: $"{call}-greeting"));
            await gateway.Send(GatewayClient.Event(call, "customer.name_detected", new { firstName = "דנה" }, $"{call}-name"));
            await gateway.Send(GatewayClient.Event(call, "call.ended", new { status = "completed" }, $"{call}-end"));
        }

        var replies = await gateway.Receive(500);
        Assert.All(replies, reply => Assert.Equal("applied", (string?)reply["data"]!["outcome"]));
        Assert.All(
            replies.GroupBy(reply => (string)reply["subject"]!),
            call => Assert.Equal(
                ["start", "answered", "greeting", "name", "end"],
                call.Select(reply => ((string)reply["data"]!["eventId"]!)[(call.Key.Length + 1)..])));
        Assert.All(replies.Where(reply => reply["data"]!["context"] is { }), reply => Assert.Equal("database", (string?)reply["data"]!["context"]!["source"]));
        Assert.Equal(100, replies.Count(reply => reply["data"]!["context"] is { }));
        await http.UntilNoCallIsLeft();
        Assert.Equal("duplicate", (string?)(await gateway.Tell(Start("CA-0")))["outcome"]);
    }

    [Fact]
    public async Task At_SIGTERM_sockets_are_closed_with_1012_and_the_next_start_goes_on_with_their_calls()
    {
        await using (var service = await ServiceProcess.StartAsync(_folder.FullName))
        {
            await using var gateway = await SocketGateway.ConnectAsync(service.Address);
            await gateway.Tell(Start("CA-1"));
            var exit = service.TerminateAsync();
            Assert.Equal(1012, (await gateway.UntilClosed()).Code);
            Assert.Equal(0, await exit);
        }

        await using var again = await ServiceProcess.StartAsync(_folder.FullName);
        await using var reconnected = await SocketGateway.ConnectAsync(again.Address);
        Assert.Equal("duplicate", (string?)(await reconnected.Tell(Start("CA-1")))["outcome"]);
        Assert.Equal("live", (string?)(await reconnected.Tell(GatewayClient.Event("CA-1", "greeting.finished")))["state"]);
    }

    [Fact]
    public async Task After_kill_9_a_gateway_that_connects_again_and_repeats_what_was_not_answered_finds_its_calls()
    {
        var events = Enumerable.Range(0, 40)
            .SelectMany(i =>
                new[] { Start($"CA-{i}"), GatewayClient.Event($"CA-{i}", "greeting.finished", id: "greeting"),
                GatewayClient.Event($"CA-{i}", "call.noted", new { summary = $"{i}" }, "note") })
            .ToArray();
        var answered = new HashSet<(string?, string?)>();
        await using (var service = await ServiceProcess.StartAsync(_folder.FullName))
        {
            await using var gateway = await SocketGateway.ConnectAsync(service.Address);
            foreach (var told in events) await gateway.Send(told);
            foreach (var reply in await gateway.Receive(50)) answered.Add(((string?)reply["subject"], (string?)reply["data"]!["eventId"]));
            await service.KillAsync();
        }

        await using var again = await ServiceProcess.StartAsync(_folder.FullName);
        await using var reconnected = await SocketGateway.ConnectAsync(again.Address);
        foreach (var told in events) await reconnected.Send(told);
        foreach (var reply in await reconnected.Receive(events.Length))
        {
            // What was answered is there; what was not may be, and is now.
            var key = ((string?)reply["subject"], (string?)reply["data"]!["eventId"]);
            var outcome = (string?)reply["data"]!["outcome"];
            if (answered.Contains(key)) Assert.Equal("duplicate", outcome);
            else Assert.Contains(outcome, new[] { "duplicate", "applied" });
        }

        using var http = new GatewayClient(again.Address);
        Assert.Equal(40, (int)(await http.Get("/v1/stats")).Body["live"]!);
    }
}
