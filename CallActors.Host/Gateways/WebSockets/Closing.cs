using System.Net.WebSockets;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>Why a socket is closed, as its peer is told.</summary>
/// <param name="Status">The close code (RFC 6455, and 1012 of the registry).</param>
/// <param name="Reason">In words, at most 123 bytes.</param>
internal sealed record Closing(WebSocketCloseStatus Status, string Reason)
{
    public static readonly Closing ByPeer = new(WebSocketCloseStatus.NormalClosure, "");
    public static readonly Closing Binary = new(WebSocketCloseStatus.InvalidMessageType, "events come in text frames");
    public static readonly Closing TooLarge = new(WebSocketCloseStatus.MessageTooBig, "the message is too large");
    public static readonly Closing Dribbles = new(WebSocketCloseStatus.PolicyViolation, "the message was not complete in time");
    public static readonly Closing DoesNotRead = new(WebSocketCloseStatus.PolicyViolation, "the replies are not read");
    public static readonly Closing KeyRevoked = new(WebSocketCloseStatus.PolicyViolation, "the key is no longer valid");
    public static readonly Closing Restart = new((WebSocketCloseStatus)1012, "the service restarts; connect again");
    public static readonly Closing Failed = new(WebSocketCloseStatus.InternalServerError, "something failed here");

    /// <summary>There is nobody left to be told, or the protocol was broken and the peer was told already.</summary>
    public static readonly Closing Lost = new(WebSocketCloseStatus.ProtocolError, "the connection is lost or breaks the protocol");
}
