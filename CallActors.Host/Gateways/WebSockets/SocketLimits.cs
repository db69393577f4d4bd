using CallActors.Host.Api;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>What one socket is borne with.</summary>
internal sealed record SocketLimits
{
    /// <summary>What a message may be long, in bytes.</summary>
    public int MessageBytes { get; init; } = RequestBody.Limit;

    /// <summary>Events that are read and not yet answered.</summary>
    public int WindowEvents { get; init; } = 1024;

    /// <summary>The bytes of their messages.</summary>
    public long WindowBytes { get; init; } = 4 * RequestBody.Limit;

    /// <summary>Within this a message that has begun is there to its end.</summary>
    public TimeSpan MessagePatience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Within this the peer takes what is written to it.</summary>
    public TimeSpan WritePatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>So long a peer has to answer a close, and one that did not read to come to the close at all.</summary>
    public TimeSpan ClosePatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>So long what is in hand may take when the service stops.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(8);
}
