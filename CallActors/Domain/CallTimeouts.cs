namespace CallActors.Domain;

/// <summary>How long a call may take for what.</summary>
/// <param name="Load">For the context: then the call goes on without.</param>
/// <param name="Idle">Without any event: then it has ended.</param>
/// <param name="MaxCall">At the longest.</param>
/// <param name="Flush">For a commit: then the batch is handed over again.</param>
public sealed record CallTimeouts(TimeSpan Load, TimeSpan Idle, TimeSpan MaxCall, TimeSpan Flush)
{
    public static readonly CallTimeouts Default = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(4), TimeSpan.FromSeconds(30));

    /// <summary>From the answer to the greeting's end, where nobody reports it: then the call is live all the same.</summary>
    public static readonly TimeSpan GreetingGuard = TimeSpan.FromSeconds(5);
}

/// <summary>What a call is waiting for without knowing it.</summary>
public enum DeadlineKind
{
    Load,
    GreetingGuard,
    Idle,
    MaxCall,
}

/// <summary>A moment at which something happens to a call by itself.</summary>
public readonly record struct Deadline(DateTimeOffset At, DeadlineKind Kind)
{
    /// <summary>The next of a call's deadlines; null while it only waits for its commit.</summary>
    /// <param name="call">The call.</param>
    /// <param name="timeouts">How long it may take for what.</param>
    /// <param name="gatewayHeardAt">This node's time when its gateway was last heard of as a whole.</param>
    public static Deadline? NextOf(Call call, CallTimeouts timeouts, DateTimeOffset? gatewayHeardAt = null)
    {
        switch (call.Phase)
        {
            case CallPhase.Loading:
                return new Deadline(call.OpenedAt + timeouts.Load, DeadlineKind.Load);
            case CallPhase.Flushing:
                return null;
            default:
                var idle = new Deadline((gatewayHeardAt > call.LastHeardAt ? gatewayHeardAt.Value : call.LastHeardAt) + timeouts.Idle, DeadlineKind.Idle);
                var max = new Deadline(call.OpenedAt + timeouts.MaxCall, DeadlineKind.MaxCall);
                var next = max.At <= idle.At ? max : idle;
                if (call.Phase == CallPhase.Greeting && call.AnswerHeardAt is { } answered && answered + CallTimeouts.GreetingGuard < next.At)
                    next = new Deadline(answered + CallTimeouts.GreetingGuard, DeadlineKind.GreetingGuard);
                return next;
        }
    }
}
