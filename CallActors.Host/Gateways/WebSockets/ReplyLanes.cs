using System.Runtime.InteropServices;
using CallActors.Messages;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>One event that waits for its reply, and then the reply that waits to be sent.</summary>
/// <param name="CallId">The call; null where none could be read.</param>
/// <param name="Source">CloudEvents' <c>source</c> of the event, where it could be read.</param>
/// <param name="Bytes">What its frame was long.</param>
internal sealed record AwaitedReply(CallId? CallId, string? Source, int Bytes)
{
    public CallReply? Reply { get; set; }

    /// <summary>The next event of the same call.</summary>
    public AwaitedReply? Next { get; set; }

    /// <summary>No reply of the call is awaited before this one.</summary>
    public bool IsFirst { get; set; } = true;
}

/// <summary>
/// Brings the replies of a call into the order of its events. Calls do not wait for each other. Thread-safe; <paramref name="send"/> is called for one
/// reply at a time.
/// </summary>
internal sealed class ReplyLanes(Action<AwaitedReply> send)
{
    private readonly Dictionary<CallId, AwaitedReply> _last = [];
    private readonly Lock _lock = new();

    /// <summary>An event was read: its reply goes behind those of the call's earlier events.</summary>
    public void Await(AwaitedReply awaited)
    {
        if (awaited.CallId is not { } call) return;
        lock (_lock)
        {
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, call, out var isThere);
            if (isThere)
            {
                last!.Next = awaited;
                awaited.IsFirst = false;
            }

            last = awaited;
        }
    }

    /// <summary>The reply is there: it goes, and those behind it that were there already.</summary>
    public void Answer(AwaitedReply awaited, CallReply reply)
    {
        lock (_lock)
        {
            awaited.Reply = reply;
            if (!awaited.IsFirst) return;
            for (var next = awaited; next is { Reply: not null }; next = Following(next)) send(next);
        }
    }

    private AwaitedReply? Following(AwaitedReply sent)
    {
        if (sent.Next is { } next)
        {
            next.IsFirst = true;
            return next;
        }

        if (sent.CallId is { } call) _last.Remove(call);
        return null;
    }
}
