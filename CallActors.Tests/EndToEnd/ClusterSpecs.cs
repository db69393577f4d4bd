using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>Real nodes on loopback, killed, stopped, started again and cut off under gateways that retry: none lost, none doubled, none wrong.</summary>
public sealed class ClusterSpecs : IAsyncLifetime
{
    private const int Calls = 300;
    private SpecCrm _crm = null!;
    private SpecJournal _journal = null!;
    private ClusterNodes? _nodes;

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnPostgreSqlAsync();
        await _crm.AddBusinessAsync(CrashedCalls.Number);
        _journal = await SpecJournal.OnPostgreSqlAsync();
    }

    public async Task DisposeAsync()
    {
        await _crm.DisposeAsync();
        await _journal.DisposeAsync();
    }

    [Fact]
    public async Task A_node_is_killed_comes_back_and_others_leave_while_calls_go_on()
    {
        await using var nodes = _nodes = new ClusterNodes(3, _crm, _journal);
        await nodes.StartAllAsync();
        var calls = new CrashedCalls(_crm, nodes.Any, "CL");
        await Each(calls.StartOf, calls);
        await Each(i => calls.TalkOf(i)[0], calls);
        await Each(i => calls.TalkOf(i)[1], calls);

        // The first seed, which has the cluster's singletons, and no goodbye.
        await nodes.Forget(0).KillAsync();
        await nodes.UntilAllAnswerAsync(Enumerable.Range(0, Calls).Select(calls.IdOf), "live");
        await Each(i => calls.TalkOf(i)[2], calls);

        // Its list of seeds has itself and nobody else, and still it finds the others instead of beginning a cluster of its own.
        await nodes.StartAsync(0);
        var cluster = await nodes.UntilSpreadAsync(3);
        Assert.Empty(cluster["unreachable"]!.AsArray());

        // A rolling deploy: one is told to go, under traffic.
        var talking = Each(i => calls.TalkOf(i)[3], calls);
        Assert.Equal(0, await nodes.Forget(1).TerminateAsync());
        await talking;
        await nodes.UntilSpreadAsync(2);

        // Of two, whichever it is.
        var ending = Each(calls.EndOf, calls);
        await nodes.Forget(2).KillAsync();
        await ending;
        await calls.AssertRows(Calls);
    }

    [Fact]
    public async Task Two_of_three_die_at_once_and_the_last_goes_on_with_all_calls()
    {
        await using var nodes = _nodes = new ClusterNodes(3, _crm, _journal);
        await nodes.StartAllAsync();
        var calls = new CrashedCalls(_crm, nodes.Any, "TW");
        await Each(calls.StartOf, calls, 60);
        await Task.WhenAll(nodes.Forget(0).KillAsync(), nodes.Forget(1).KillAsync());
        await nodes.UntilAllAnswerAsync(Enumerable.Range(0, 60).Select(calls.IdOf), "greeting");
        foreach (var step in Enumerable.Range(0, 4)) await Each(i => calls.TalkOf(i)[step], calls, 60);
        await Each(calls.EndOf, calls, 60);
        await calls.AssertRows(60);
    }

    [Fact]
    public async Task Two_nodes_that_are_cut_off_from_each_other_and_both_go_on_write_each_call_once()
    {
        await using var relays = new Relays(2);
        await using var nodes = _nodes = new ClusterNodes(2, _crm, _journal) { ReachedAt = relays.PortOf };
        relays.Open(nodes);
        await nodes.StartAllAsync();
        var calls = new CrashedCalls(_crm, nodes.Any, "CU");
        await Each(calls.StartOf, calls, 60);

        relays.Cut();
        var talking = Talk();
        var ended = await Task.WhenAny(nodes[0].UntilExitAsync(), nodes[1].UntilExitAsync()).WaitAsync(ClusterNodes.Failover);
        Assert.Equal(1, await ended);
        var minority = nodes[0].HasExited ? 0 : 1;
        Assert.Contains("This node ends, and its calls go on elsewhere", nodes[minority].Output, StringComparison.Ordinal);
        await talking;
        await nodes.UntilAllAnswerAsync(Enumerable.Range(0, 60).Select(calls.IdOf), "live");
        await Each(calls.EndOf, calls, 60);
        await calls.AssertRows(60);
        Assert.False(nodes[1 - minority].HasExited);

        // The network is mended: it comes back, as whoever it was.
        relays.Mend();
        nodes.Forget(minority);
        await nodes.StartAsync(minority);
        await nodes.UntilSpreadAsync(2);

        async Task Talk()
        {
            foreach (var step in Enumerable.Range(0, 4)) await Each(i => calls.TalkOf(i)[step], calls, 60);
        }
    }

    [Fact]
    public async Task A_node_that_stood_still_and_wakes_up_writes_nothing_into_what_others_have_taken()
    {
        await using var nodes = _nodes = new ClusterNodes(3, _crm, _journal);
        await nodes.StartAllAsync();
        var calls = new CrashedCalls(_crm, nodes.Any, "FR");
        await Each(calls.StartOf, calls, 60);
        var frozen = nodes.Forget(2);
        await using var owned = frozen;
        await frozen.SignalAsync("STOP");
        await nodes.UntilAllAnswerAsync(Enumerable.Range(0, 60).Select(calls.IdOf), "greeting");
        foreach (var step in Enumerable.Range(0, 4)) await Each(i => calls.TalkOf(i)[step], calls, 60);

        // These it has never heard of, and what is told of them lies before its door when it wakes.
        var late = new CrashedCalls(_crm, nodes.Any, "LT");
        await Each(late.StartOf, late, 40);
        using (var gateway = new GatewayClient(frozen.Address))
        {
            var knocks = Enumerable.Range(0, 40).Select(i => Knock(() => gateway.Tell(late.TalkOf(i)[0]))).ToList();
            await frozen.SignalAsync("CONT");
            for (var i = 0; i < 40; i++) knocks.Add(Knock(() => gateway.Get($"/v1/calls/{late.IdOf(i)}")));
            var heard = await Task.WhenAll(knocks);
            Assert.Contains(503, heard);
            Assert.DoesNotContain(404, heard);
            // Whatever it says until it has gone: it promises nothing that the others do not know.
            for (var i = 0; i < 60 && !frozen.HasExited; i++)
            {
                try
                {
                    var answer = await gateway.Tell(calls.TalkOf(i)[3]);
                    Assert.True(answer.Status == 503 || answer.Outcome == "duplicate", $"{answer.Status} {answer.Body.ToJsonString()}");
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    break;
                }
            }
        }

        Assert.Equal(1, await frozen.UntilExitAsync().WaitAsync(ClusterNodes.Failover));
        foreach (var step in Enumerable.Range(0, 4)) await Each(i => late.TalkOf(i)[step], late, 40);
        await Each(late.EndOf, late, 40);
        await Each(calls.EndOf, calls, 60);
        await calls.AssertRows(60);
        await late.AssertRows(40);

        static async Task<int?> Knock(Func<Task<ServiceAnswer>> ask)
        {
            try
            {
                return (await ask()).Status;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task A_business_s_limit_holds_for_all_nodes_together_and_through_the_death_of_one()
    {
        await using var nodes = _nodes = new ClusterNodes(3, _crm, _journal, ("Limits:LiveCallsPerBusiness", "20"));
        await nodes.StartAllAsync();
        var calls = new CrashedCalls(_crm, nodes.Any, "LI");
        var gateway = new RetryingGateway(nodes.Any);
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => gateway.Tell(calls.StartOf(i))));
        // A start whose answer was late is sent again, and is a duplicate then.
        Assert.Equal(20, answers.Count(IsTaken));
        Assert.Equal(40, answers.Count(answer => answer is { Status: 429, Problem: "too-many-calls" }));

        await nodes.Forget(0).KillAsync();
        await nodes.StartAsync(0);
        var more = await Task.WhenAll(Enumerable.Range(100, 20).Select(i => gateway.Tell(calls.StartOf(i))));
        Assert.All(more, answer => Assert.Equal(429, answer.Status));

        // One goes, one comes.
        var held = Enumerable.Range(0, 60).First(i => IsTaken(answers[i]));
        await calls.Tell(calls.EndOf(held));
        await UntilAdmitted(gateway, calls.StartOf(200));
        Assert.Equal(429, (await gateway.Tell(calls.StartOf(201))).Status);
    }

    [Fact]
    public async Task A_node_that_no_seed_lets_in_ends_with_one_sentence()
    {
        var (exit, output, error) = await ServiceProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0"], Alone(("Cluster:JoinTimeout", "2s")));
        Assert.Equal(2, exit);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.StartsWith("CallActors:Cluster:SeedNodes is 127.0.0.1:1, none of which let", Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_told_to_stop_before_it_was_let_in_ends_at_once_with_0()
    {
        await using var node = ServiceProcess.Launch(Alone());
        await node.UntilSaidAsync("Remoting started");
        Assert.True(await node.TerminateAsync() == 0, node.Output);
        Assert.DoesNotContain("   at ", node.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_port_is_taken_ends_with_one_sentence()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        var (exit, _, error) = await ServiceProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0"], Alone(("Cluster:Port", $"{port}")));
        Assert.Equal(2, exit);
        Assert.StartsWith($"CallActors:Cluster:Hostname is '127.0.0.1' and CallActors:Cluster:Port is {port}, where", Assert.Single(error.Trim().Split('\n')),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_started_twice_is_refused_and_the_first_one_goes_on()
    {
        await using var nodes = _nodes = new ClusterNodes(1, _crm, _journal);
        await nodes.StartAllAsync();
        var port = nodes.PortOf(0);
        var (exit, _, error) = await ServiceProcess.RunAsync(
            ["serve", "--urls", "http://127.0.0.1:0"], Alone(("Cluster:Port", $"{port}"), ("Cluster:SeedNodes", $"127.0.0.1:{port}")));
        Assert.Equal(2, exit);
        Assert.StartsWith($"CallActors:Cluster:Hostname is '127.0.0.1' and CallActors:Cluster:Port is {port}, where", Assert.Single(error.Trim().Split('\n')),
            StringComparison.Ordinal);
        var calls = new CrashedCalls(_crm, nodes.Any, "TW");
        await calls.Tell(calls.StartOf(0));
        Assert.False(nodes[0].HasExited);
    }

    /// <summary>A node that nobody lets in.</summary>
    private (string Key, string Value)[] Alone(params (string Key, string Value)[] more) =>
    [
        ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _crm.Options.ConnectionString),
        ("Journal:Provider", "PostgreSql"), ("Journal:ConnectionString", _journal.Options.ConnectionString),
        ("Cluster:SeedNodes", "127.0.0.1:1"), .. more,
    ];

    /// <summary>
    /// That a call has ended is told to its business's admission, maybe on another node, and not waited for: until it is there, there is one too many.
    /// </summary>
    private static async Task UntilAdmitted(RetryingGateway gateway, System.Text.Json.Nodes.JsonObject started)
    {
        using var limit = new CancellationTokenSource(ClusterNodes.Failover);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await gateway.Tell(started) is var answer && !IsTaken(answer))
        {
            Assert.Equal((429, "too-many-calls"), (answer.Status, answer.Problem));
            await beat.WaitForNextTickAsync(limit.Token);
        }
    }

    private static bool IsTaken(ServiceAnswer answer) => answer.Outcome is "applied" or "duplicate";

    private async Task Each(Func<int, System.Text.Json.Nodes.JsonObject> told, CrashedCalls calls, int count = Calls)
    {
        try
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await calls.Tell(told(i)));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{_nodes?.Output}", e);
        }
    }

    /// <summary>The way to each node, which can be cut.</summary>
    private sealed class Relays(int count) : IAsyncDisposable
    {
        private readonly TcpRelay[] _relays = [.. Enumerable.Range(0, count).Select(_ => new TcpRelay())];

        public int PortOf(int node) => _relays[node].Port;

        public void Open(ClusterNodes nodes)
        {
            for (var i = 0; i < count; i++) _relays[i].Target = nodes.PortOf(i);
        }

        public void Cut()
        {
            foreach (var relay in _relays) relay.Cut();
        }

        public void Mend()
        {
            foreach (var relay in _relays) relay.Mend();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var relay in _relays) await relay.DisposeAsync();
        }
    }
}
