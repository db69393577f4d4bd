using System.Numerics;
using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>
/// What has become true of a call. Decisions are made of these, and the state of a call is nothing but its facts applied in order; times and
/// ids travel inside them, so that applying reads no clock.
/// </summary>
public abstract record CallFact
{
    /// <param name="CallId">The call.</param>
    /// <param name="Start">What the gateway knew.</param>
    /// <param name="At">The event's time.</param>
    /// <param name="HeardAt">This node's time when it came; the time-outs run from here.</param>
    public sealed record Opened(CallId CallId, CallStart Start, DateTimeOffset At, DateTimeOffset HeardAt) : CallFact
    {
        /// <summary>The gateway it came from (CloudEvents' <c>source</c>).</summary>
        public string? Source { get; init; }
    }

    /// <summary>An event was taken in: it is a duplicate from now on, and the idle clock starts anew.</summary>
    public sealed record Heard(ulong Fingerprint, string Type, DateTimeOffset At, DateTimeOffset HeardAt, string? Note) : CallFact;

    /// <param name="Context">As it was found, or the minimal one.</param>
    /// <param name="At">This node's time.</param>
    public sealed record ContextGiven(CallContext Context, DateTimeOffset At) : CallFact;

    /// <param name="Status">Further on than the one before; <c>in-progress</c> again where a later number tells the answer anew.</param>
    /// <param name="At">The event's time.</param>
    /// <param name="HeardAt">This node's time when it came.</param>
    public sealed record StatusAdvanced(CallStatus Status, DateTimeOffset At, DateTimeOffset HeardAt) : CallFact
    {
        /// <summary>Of the event that told the answer: of two the higher wins. Null: its gateway does not number them.</summary>
        public BigInteger? Sequence { get; init; }
    }

    /// <param name="Cause"><c>played</c>, <c>skipped</c>, <c>failed</c>, or <c>guard</c> where no greeting was ever reported.</param>
    /// <param name="At">When.</param>
    public sealed record WentLive(string Cause, DateTimeOffset At) : CallFact;

    /// <param name="Intent">What the CRM is to hold.</param>
    /// <param name="Sequence">The event's: of two for one field the higher wins. Null: its gateway does not number them.</param>
    public sealed record Stashed(WriteIntent Intent, BigInteger? Sequence) : CallFact;

    /// <param name="Reason">Who or what ended it.</param>
    /// <param name="Detail">In the words of the gateway or operator.</param>
    /// <param name="Status">The terminal status it ends with.</param>
    /// <param name="At">When.</param>
    /// <param name="ReportedSeconds">The gateway's own figure.</param>
    public sealed record Ended(EndReason Reason, string? Detail, CallStatus Status, DateTimeOffset At, int? ReportedSeconds) : CallFact;

    /// <summary>A call as it stood: its facts until then in one, so that what came before need not be kept.</summary>
    public sealed record Restored(Call State) : CallFact;
}
