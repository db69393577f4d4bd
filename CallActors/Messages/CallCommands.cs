namespace CallActors.Messages;

/// <summary>What one call is told to do by somebody other than its gateway.</summary>
public interface ICallCommand : ICallMessage;

/// <summary>What an operator, or the service itself, tells a call to do.</summary>
public static class CallCommands
{
    /// <summary>An operator ends a call. Answered with a <see cref="CallReply"/>.</summary>
    public sealed record EndCall(CallId CallId, string? Reason) : ICallCommand;

    /// <summary>
    /// Its gateway has named its live calls and this one is not among them: it is ended as <c>lost</c>, unless it has been heard of since. Answered with a
    /// <see cref="CallReply"/>; <see cref="CallOutcome.Duplicate"/> where nothing was to be done.
    /// </summary>
    /// <param name="CallId">The call.</param>
    /// <param name="Source">The gateway.</param>
    /// <param name="TakenAt">When it made its list, by its own clock.</param>
    /// <param name="Origin">How the timeline names the list.</param>
    public sealed record LoseCall(CallId CallId, string Source, DateTimeOffset TakenAt, string Origin) : ICallCommand;

    /// <summary>A gateway as a whole was heard of, so its calls are not silent. Answered with <see cref="GatewayHeard"/>.</summary>
    /// <param name="Source">The gateway.</param>
    /// <param name="At">When, by its own clock.</param>
    public sealed record HearGateway(string Source, DateTimeOffset At);

    /// <summary>It was taken note of here.</summary>
    public sealed record GatewayHeard
    {
        public static readonly GatewayHeard Instance = new();
    }

    /// <summary>Take no new calls from now on.</summary>
    public sealed record RefuseNewCalls
    {
        public static readonly RefuseNewCalls Instance = new();
    }

    /// <summary>End every call as <c>drained</c> and answer <see cref="Drained"/> once the last one is committed and gone.</summary>
    public sealed record DrainCalls
    {
        public static readonly DrainCalls Instance = new();
    }

    /// <summary>No call is left here.</summary>
    public sealed record Drained
    {
        public static readonly Drained Instance = new();
    }
}
