using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>The nodes of one cluster on this machine, each a process of its own.</summary>
internal static class ClusterNodes
{
    private static readonly TimeSpan SpreadPatience = TimeSpan.FromMinutes(1), Look = TimeSpan.FromMilliseconds(250);

    /// <summary>What makes a node of each: one begins the cluster, the others find it.</summary>
    public static (string Key, string Value)[][] SettingsOf(int nodes)
    {
        var ports = FreePorts(nodes);
        return
        [
            .. ports.Select(port => new[]
            {
                ("CallActors:Cluster:Hostname", "127.0.0.1"), ("CallActors:Cluster:Port", $"{port}"), ("CallActors:Cluster:SeedNodes", $"127.0.0.1:{ports[0]}"),
            }),
        ];
    }

    /// <summary>Waits until every node has its share of the partitions.</summary>
    /// <exception cref="BenchException">It took too long.</exception>
    public static async Task UntilSpreadAsync(HttpClient node, int nodes, TimeProvider time, CancellationToken cancel)
    {
        var since = time.GetTimestamp();
        using var look = new PeriodicTimer(Look, time);
        while (!await IsSpreadAsync(node, nodes, cancel))
        {
            if (time.GetElapsedTime(since) > SpreadPatience)
                throw new BenchException($"The partitions were not spread over {nodes} nodes within {SpreadPatience}.");
            await look.WaitForNextTickAsync(cancel);
        }
    }

    private static async Task<bool> IsSpreadAsync(HttpClient node, int nodes, CancellationToken cancel)
    {
        await using var body = await node.GetStreamAsync(new Uri("/v1/cluster", UriKind.Relative), cancel);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancel);
        var partitions = document.RootElement.GetProperty("partitions").GetInt32();
        var held = document.RootElement.GetProperty("members").EnumerateArray()
            .Select(member => member.TryGetProperty("partitions", out var list) ? list.GetArrayLength() : 0)
            .ToArray();
        return held.Length == nodes && held.Sum() == partitions && held.Max() - held.Min() <= 1 + (partitions / nodes / 4);
    }

    /// <summary>Ports of the loopback that nobody listens on now.</summary>
    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
