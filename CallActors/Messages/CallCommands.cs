namespace CallActors.Messages;

/// <summary>What an operator, or the service itself, tells a call to do.</summary>
public static class CallCommands
{
    /// <summary>An operator ends a call. Answered with a <see cref="CallReply"/>.</summary>
    public sealed record EndCall(CallId CallId, string? Reason) : ICallMessage;

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
