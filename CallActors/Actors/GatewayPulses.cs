using System.Collections.Concurrent;

namespace CallActors.Actors;

/// <summary>When a gateway was last heard of as a whole.</summary>
/// <param name="HeardAt">This node's time.</param>
/// <param name="At">The gateway's own time.</param>
internal readonly record struct GatewayPulse(DateTimeOffset HeardAt, DateTimeOffset At);

/// <summary>
/// The heartbeats of whole gateways, on this node and in memory only: sessions look here before they end a call for its silence, so a heartbeat for ten
/// thousand calls is neither ten thousand messages nor an entry in any log. After a start silence counts from the start.
/// </summary>
internal sealed class GatewayPulses
{
    private readonly ConcurrentDictionary<string, GatewayPulse> _bySource = new(StringComparer.Ordinal);

    /// <param name="source">The gateway.</param>
    /// <param name="pulse">When.</param>
    /// <param name="forget">Gateways that were silent for so long are forgotten: no call lives on what they said.</param>
    public void Beat(string source, GatewayPulse pulse, TimeSpan forget)
    {
        _bySource.AddOrUpdate(source, pulse, (_, last) => new GatewayPulse(Later(last.HeardAt, pulse.HeardAt), Later(last.At, pulse.At)));
        foreach (var (other, last) in _bySource)
            if (last.HeardAt + forget < pulse.HeardAt) _bySource.TryRemove(KeyValuePair.Create(other, last));
    }

    /// <summary>The last one; null where none is remembered.</summary>
    public GatewayPulse? Of(string? source) => source is not null && _bySource.TryGetValue(source, out var pulse) ? pulse : null;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
