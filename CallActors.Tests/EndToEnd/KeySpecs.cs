using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>Keys of a real service: what each may do, and that they change while it runs.</summary>
public sealed class KeySpecs : IAsyncLifetime
{
    private const string First = "the-first-key-of-mine";
    private const string Second = "the-second-key-of-mine";
    private DirectoryInfo _folder = null!;

    public Task InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("callactors-keys-");
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private static JsonObject Start(string call) =>
        GatewayClient.Event(call, "call.started", new { direction = "inbound", from = "+972541111111", to = "+97235550100" }, $"{call}-start");

    private Task Configure(string keys) =>
        File.WriteAllTextAsync(Path.Combine(_folder.FullName, "appsettings.json"), $$$"""{ "CallActors": { "Gateway": { "ApiKeys": {{{keys}}} } } }""");

    [Fact]
    public async Task A_key_s_live_calls_are_limited_also_over_a_crash()
    {
        await Configure($$"""[{"Name":"kamailio","Key":"{{First}}","LiveCalls":2},"{{Second}}"]""");
        await using (var service = await ServiceProcess.StartAsync(_folder.FullName))
        {
            using var gateway = new GatewayClient(service.Address, First);
            using var other = new GatewayClient(service.Address, Second);
            Assert.Equal(200, (await gateway.Tell(Start("CA-1"))).Status);
            Assert.Equal(200, (await gateway.Tell(Start("CA-2"))).Status);
            var refused = await gateway.Tell(Start("CA-3"));
            Assert.Equal((429, "too-many-calls"), (refused.Status, refused.Problem));
            Assert.NotNull(refused.RetryAfter);
            Assert.Equal(200, (await other.Tell(Start("CA-4"))).Status);
            Assert.Equal("applied", (await gateway.Tell("CA-1", "call.answered")).Outcome);
            await service.KillAsync();
        }

        await using var again = await ServiceProcess.StartAsync(_folder.FullName);
        using var reconnected = new GatewayClient(again.Address, First);
        await using var socket = await SocketGateway.ConnectAsync(again.Address, First);
        Assert.Equal("urn:callactors:too-many-calls", (string?)(await socket.Tell(Start("CA-3")))["problem"]!["type"]);
        Assert.Equal("applied", (await reconnected.Tell(GatewayClient.Event("CA-1", "call.ended", new { status = "completed" }))).Outcome);
        var admitted = await socket.Tell(Start("CA-3"));
        Assert.True((string?)admitted["outcome"] == "applied", admitted.ToJsonString());
    }

    [Fact]
    public async Task A_key_s_live_calls_are_limited_also_where_they_start_from_a_list()
    {
        await Configure($$"""[{"Name":"kamailio","Key":"{{First}}","LiveCalls":1}]""");
        await using var service = await ServiceProcess.StartAsync(_folder.FullName);
        using var gateway = new GatewayClient(service.Address, First);
        var list = GatewayClient.Event(
            "", "gateway.snapshot",
            new { calls = Enumerable.Range(0, 10).Select(number => new { callId = $"CA-{number}", direction = "inbound", from = "", to = "+97235550100" }) },
            "list", TimeProvider.System.GetUtcNow());
        list.Remove("subject");
        var answer = await gateway.Tell(list);
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse("""{"listed":10,"ended":0,"started":1,"refused":9}"""), answer.Body["snapshot"]), answer.Body.ToJsonString());
        await using var socket = await SocketGateway.ConnectAsync(service.Address, First);
        Assert.Equal("urn:callactors:too-many-calls", (string?)(await socket.Tell(Start("CA-10")))["problem"]!["type"]);
    }

    [Fact]
    public async Task Keys_change_while_the_service_runs_a_socket_of_a_revoked_one_is_closed_and_a_faulty_file_changes_nothing()
    {
        await Configure($"[\"{First}\"]");
        await using var service = await ServiceProcess.StartAsync(_folder.FullName);
        using var old = new GatewayClient(service.Address, First);
        using var rotated = new GatewayClient(service.Address, Second);
        await using var oldSocket = await SocketGateway.ConnectAsync(service.Address, First);
        Assert.Equal(200, (await old.Get("/v1/stats")).Status);
        Assert.Equal(401, (await rotated.Get("/v1/stats")).Status);

        await Configure($"[\"{First}\",\"two words\"]");
        await service.UntilSaidAsync("is refused; the keys stay as they are");
        Assert.Contains("CallActors:Gateway:ApiKeys:1 (not shown) is a text of 9 characters", service.Output, StringComparison.Ordinal);
        Assert.Equal(200, (await old.Get("/v1/stats")).Status);

        // The file is away for a moment: that does not open the service to everybody.
        using var nobody = new GatewayClient(service.Address);
        File.Delete(Path.Combine(_folder.FullName, "appsettings.json"));
        await service.UntilSaidAsync("there are no keys any more; they stay as they are");
        Assert.Equal((401, 200), ((await nobody.Get("/v1/stats")).Status, (await old.Get("/v1/stats")).Status));

        await Configure($"[\"{First}\",\"{Second}\"]");
        await rotated.Until("/v1/stats", answer => answer.Status == 200, TimeSpan.FromSeconds(60));
        Assert.Equal("applied", (string?)(await oldSocket.Tell(Start("CA-1")))["outcome"]);

        await Configure($"[\"{Second}\"]");
        Assert.Equal(1008, (await oldSocket.UntilClosed()).Code);
        Assert.Equal(401, (await old.Get("/v1/stats")).Status);
        await using var newSocket = await SocketGateway.ConnectAsync(service.Address, Second);
        Assert.Equal("applied", (string?)(await newSocket.Tell(GatewayClient.Event("CA-1", "call.answered")))["outcome"]);

        // The denials were told of, the keys were not.
        Assert.Contains("127.0.0.1 was answered 401", service.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(First, service.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Second, service.Output, StringComparison.Ordinal);
    }
}
