namespace CallActors.Domain;

/// <summary>What the CRM's own rows say of a call, where the ledger says nothing.</summary>
/// <param name="HasEnd">Whether the row of <c>call_log</c> that has the call's id has an end: a final flush always writes one, a snapshot never.</param>
/// <param name="EndedAt">That end; null: it cannot be read.</param>
/// <param name="HasSession">Whether <c>call_session</c> has a row of the call.</param>
/// <param name="LastRequestedSlot">Its markers.</param>
/// <param name="LastConfirmedSlot">Likewise.</param>
public sealed record TracesOfCall(bool HasEnd, DateTimeOffset? EndedAt, bool HasSession, string? LastRequestedSlot, string? LastConfirmedSlot);

/// <summary>Whether a batch that is not in the ledger was written before.</summary>
public enum PastFlush
{
    /// <summary>It was not: it is written.</summary>
    Never,

    /// <summary>It was, and the ledger has forgotten it: it is not written again.</summary>
    Committed,

    /// <summary>Something of the call is there that this batch does not account for: neither written nor dropped, but kept apart.</summary>
    Unclear,
}

/// <summary>
/// How long the ledger's word counts. No row of it is forgotten before <see cref="LeastKept"/>, by whichever service on the CRM, so of a call that began later than that nothing can have
/// been forgotten. Where it began earlier its batch may have been committed, by a node that died before its journal heard and stood still for weeks, and no row tells: then the
/// rows that the flush itself wrote do.
/// </summary>
public static class LedgerMemory
{
    /// <summary>The ledger keeps a row so long at least, whatever is configured.</summary>
    public static readonly TimeSpan LeastKept = TimeSpan.FromDays(1);

    /// <summary>Half of <see cref="LeastKept"/>: the clocks of two nodes may differ by the other half.</summary>
    public static readonly TimeSpan SureFor = LeastKept / 2;

    /// <summary>Columns of an existing CRM may hold whole seconds only.</summary>
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    /// <summary>Whether a batch that the ledger does not know may be one that it has forgotten.</summary>
    /// <param name="record">A final batch.</param>
    /// <param name="now">This node's time.</param>
    public static bool MayHaveForgotten(CallRecord record, DateTimeOffset now) => now - record.KnownSince > SureFor;

    /// <summary>What became of a batch that the ledger may have forgotten.</summary>
    public static PastFlush Judge(CallRecord record, TracesOfCall traces)
    {
        if (!traces.HasEnd) return PastFlush.Never;
        var markers = FlushPlanner.PlanSession(record.Intents);
        var isThisOne = traces.EndedAt - record.EndedAt is { } apart && apart.Duration() < Resolution
            && traces.HasSession
            && IsStored(markers.LastRequestedSlot, traces.LastRequestedSlot)
            && IsStored(markers.LastConfirmedSlot, traces.LastConfirmedSlot);
        return isThisOne ? PastFlush.Committed : PastFlush.Unclear;
    }

    /// <summary>A marker the call does not have leaves what was stored.</summary>
    private static bool IsStored(string? marker, string? stored) => marker is null || marker == stored;
}
