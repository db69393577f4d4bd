using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace CallActors.Tests.Fixtures;

/// <summary>Real nodes of one cluster on this machine, on one CRM and one journal of a real PostgreSQL, and the gateways in front of them.</summary>
internal sealed class ClusterNodes : IAsyncDisposable
{
    /// <summary>Twenty seconds are promised on a machine that has nothing else to do.</summary>
    public static readonly TimeSpan Failover = TimeSpan.FromSeconds(45);

    private readonly Dictionary<int, ServiceProcess> _nodes = [];
    private readonly int[] _ports;
    private readonly (string, string)[] _settings;
    private readonly Lock _lock = new();

    public ClusterNodes(int nodes, SpecCrm crm, SpecJournal journal, params (string, string)[] settings)
    {
        _ports = CallActors.Host.Verbs.Bench.Wire.ClusterNodes.FreePorts(nodes);
        _settings =
        [
            ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", crm.Options.ConnectionString),
            ("Journal:Provider", "PostgreSql"), ("Journal:ConnectionString", journal.Options.ConnectionString),
            .. settings,
        ];
    }

    /// <summary>Where the other nodes reach one, where that is not where it listens.</summary>
    public Func<int, int>? ReachedAt { get; init; }

    public ServiceProcess this[int node]
    {
        get
        {
            lock (_lock) return _nodes[node];
        }
    }

    public int PortOf(int node) => _ports[node];

    /// <summary>Of a node that runs, any.</summary>
    public Uri Any()
    {
        lock (_lock)
        {
            var running = _nodes.Values.Where(node => !node.HasExited).ToArray();
            return running.Length == 0 ? new Uri("http://127.0.0.1:1") : running[Random.Shared.Next(running.Length)].Address;
        }
    }

    public async Task<ServiceProcess> StartAsync(int node, params (string, string)[] more)
    {
        int reached(int of) => ReachedAt?.Invoke(of) ?? _ports[of];
        var started = await ServiceProcess.StartAsync(
            null,
            [
                .. _settings,
                ("Cluster:Port", $"{reached(node)}"), ("Cluster:BindPort", $"{_ports[node]}"),
                ("Cluster:SeedNodes", $"127.0.0.1:{reached(0)}"),
                .. more,
            ]);
        lock (_lock) _nodes[node] = started;
        return started;
    }

    public async Task StartAllAsync()
    {
        await StartAsync(0);
        await Task.WhenAll(Enumerable.Range(1, _ports.Length - 1).Select(node => StartAsync(node)));
        await UntilSpreadAsync(_ports.Length);
    }

    /// <summary>What the nodes that are asked have said: why an event found nobody is in it.</summary>
    public string Output
    {
        get
        {
            lock (_lock) return string.Join("\n", _nodes.Select(node => $"Node {node.Key}, {(node.Value.HasExited ? "gone" : "there")}:\n{node.Value.Output}"));
        }
    }

    /// <summary>Nobody asks this one any more.</summary>
    public ServiceProcess Forget(int node)
    {
        lock (_lock)
        {
            _nodes.Remove(node, out var forgotten);
            return forgotten!;
        }
    }

    /// <summary>Waits until so many nodes are there and the partitions are spread over them.</summary>
    public async Task<JsonNode> UntilSpreadAsync(int nodes)
    {
        using var gateway = new GatewayClient(Any());
        return (await gateway.Until("/v1/cluster", answer => IsSpread(answer.Body, nodes), TimeSpan.FromSeconds(60))).Body;
    }

    /// <summary>Waits until each call answers in this state, whichever node is asked, without any event for it.</summary>
    public Task UntilAllAnswerAsync(IEnumerable<string> calls, string state) => Task.WhenAll(calls.Select(async call =>
    {
        using var limit = new CancellationTokenSource(Failover);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (true)
        {
            try
            {
                using var gateway = new GatewayClient(Any());
                var answer = await gateway.Get($"/v1/calls/{call}");
                if (answer.Status == 200)
                {
                    Assert.Equal(state, answer.State);
                    return;
                }

                Assert.Equal(503, answer.Status);
            }
            catch (HttpRequestException)
            {
                // A node that dies.
            }

            await beat.WaitForNextTickAsync(limit.Token);
        }
    }));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values) await node.DisposeAsync();
    }

    private static bool IsSpread(JsonNode cluster, int nodes)
    {
        var members = cluster["members"]!.AsArray();
        var partitions = members.Select(member => member!["partitions"]?.AsArray().Count ?? 0).ToImmutableArray();
        return members.Count == nodes && partitions.Sum() == (int)cluster["partitions"]! && partitions.All(held => held > 0);
    }
}
