using System.Collections.Immutable;
using CallActors.Domain;

namespace CallActors.Messages;

/// <summary>Questions about calls. None of them reaches the CRM database.</summary>
public static class CallQueries
{
    /// <summary>
    /// One call. Answered with <see cref="CallView"/>, <see cref="CallUnknown"/> or, where that cannot be told now, <see cref="CallUnreadable"/>.
    /// </summary>
    public sealed record GetCall(CallId CallId) : ICallMessage;

    /// <summary>The live calls in the order of their ids. Answered with <see cref="CallPage"/>.</summary>
    /// <param name="State">Only those in this state.</param>
    /// <param name="BusinessId">Only those of this business.</param>
    /// <param name="Limit">At most so many.</param>
    /// <param name="After">Only ids that sort behind this one.</param>
    public sealed record ListCalls(CallPhase? State, BusinessId? BusinessId, int Limit, string? After)
    {
        /// <summary>Only those that this gateway started.</summary>
        public string? Source { get; init; }
    }

    /// <summary>How many calls are in which state. Answered with <see cref="CallCounts"/>.</summary>
    public sealed record CountCalls
    {
        public static readonly CountCalls Instance = new();
    }

    /// <summary>A call as the list shows it.</summary>
    public sealed record CallSummary(
        CallId CallId, CallPhase State, CallDirection Direction, string From, string To, DateTimeOffset StartedAt, BusinessId? BusinessId,
        DateTimeOffset? FlushingSince)
    {
        /// <summary>The gateway that started it.</summary>
        public string? Source { get; init; }

        /// <summary>The latest time any of its events carried.</summary>
        public DateTimeOffset LastEventAt { get; init; }

        /// <summary>How far it is; null where the node that holds it is of a version that does not say.</summary>
        public CallStatus? Status { get; init; }
    }

    /// <param name="Calls">In the order of their ids.</param>
    /// <param name="More">There are more behind these.</param>
    public sealed record CallPage(ImmutableArray<CallSummary> Calls, bool More)
    {
        /// <summary>The journal of a partition has not been read yet: there may be calls that are not listed.</summary>
        public bool IsPartial { get; init; }
    }

    /// <param name="ByState">Calls by state; a state without calls is absent.</param>
    /// <param name="OldestFlushSince">When the call that waits longest for its commit began to wait.</param>
    public sealed record CallCounts(ImmutableDictionary<CallPhase, int> ByState, DateTimeOffset? OldestFlushSince);

    /// <summary>A call in full, with what it cost the database so far.</summary>
    public sealed record CallView(Call Call, DatabaseCost Cost);

    /// <summary>There is no such call; one that ended is gone from here once it is committed.</summary>
    public sealed record CallUnknown(CallId CallId);

    /// <summary>Whether there is such a call is not known before its partition's journal has been read.</summary>
    public sealed record CallUnreadable(CallId CallId, string Reason);
}
