namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>Several nodes, each with a share of the calls at its door. Where in the cluster a call lives, a gateway does not know.</summary>
internal sealed class SpreadWire(IWire[] nodes) : IWire
{
    /// <summary>A node has so many calls in a row, so that each of its sockets has its share of them.</summary>
    private const int Turn = 16;

    public ReadOnlyMemory<byte> Frame(ReadOnlyMemory<byte> cloudEvent) => nodes[0].Frame(cloudEvent);

    public Task<WireReply> SendAsync(WireEvent told, CancellationToken cancel) => nodes[told.Call / Turn % nodes.Length].SendAsync(told, cancel);

    public void Rest() => Array.ForEach(nodes, node => node.Rest());

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes) await node.DisposeAsync();
    }
}
