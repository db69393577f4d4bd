namespace CallActors.Domain;

/// <summary>What the CRM's own rows say of a call, where the ledger says nothing.</summary>
/// <param name="CallLog">The row of <c>call_log</c> that has the call's id; null: there is none.</param>
/// <param name="Session">That of <c>call_session</c>.</param>
public sealed record TracesOfCall(TracesOfCall.CallLogTrace? CallLog, TracesOfCall.SessionTrace? Session)
{
    /// <param name="HasEnd">Whether it has an end: a final flush always writes one, a snapshot never.</param>
    /// <param name="EndedAt">That end; null: it cannot be read.</param>
    /// <param name="Status">As it is stored.</param>
    /// <param name="DurationSeconds">Likewise.</param>
    public sealed record CallLogTrace(bool HasEnd, DateTimeOffset? EndedAt, string? Status, long? DurationSeconds)
    {
        public bool HasCustomerName { get; init; }
        public bool HasSummary { get; init; }
        public bool HasTranscription { get; init; }
        public bool HasRecordingUrl { get; init; }

        /// <summary>How many appointments are this call's, whatever has become of them.</summary>
        public long Appointments { get; init; }
    }

    /// <param name="LastRequestedSlot">The markers.</param>
    /// <param name="LastConfirmedSlot">Likewise.</param>
    public sealed record SessionTrace(string? LastRequestedSlot, string? LastConfirmedSlot);
}

/// <summary>Whether a batch that is not in the ledger was written before.</summary>
public enum PastFlush
{
    /// <summary>It was not: it is written.</summary>
    Never,

    /// <summary>It was, and the ledger has forgotten it: it is not written again.</summary>
    Committed,

    /// <summary>Something of the call is there, and not all that this batch would have left: neither written nor dropped, but kept apart.</summary>
    Unclear,
}

/// <summary>
/// How long the ledger's word counts. No row of it is forgotten before <see cref="LeastKept"/>, by whichever service on the CRM, so of a call that began later
/// than that nothing can have been forgotten. Where it began earlier its batch may have been committed, by a node that died before its journal heard and stood
/// still for weeks, and no row tells: then the rows that the flush itself wrote do.
/// </summary>
public static class LedgerMemory
{
    /// <summary>The ledger keeps a row so long at least, whatever is configured.</summary>
    public static readonly TimeSpan LeastKept = TimeSpan.FromDays(3);

    /// <summary>What the clocks of two nodes, and of a gateway, may differ by.</summary>
    public static readonly TimeSpan ClocksApart = TimeSpan.FromHours(12);

    /// <summary>
    /// A call that began within this has its row still, if it was committed: its flush may wait that long for the CRM, and the ledger's word counts.
    /// </summary>
    public static readonly TimeSpan SureFor = LeastKept - ClocksApart;

    /// <summary>Columns of an existing CRM may hold whole seconds only.</summary>
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    /// <summary>Whether a batch that the ledger does not know may be one that it has forgotten.</summary>
    /// <param name="record">A final batch.</param>
    /// <param name="now">This node's time.</param>
    public static bool MayHaveForgotten(CallRecord record, DateTimeOffset now) => now - record.KnownSince > SureFor;

    /// <summary>
    /// What became of a batch that the ledger may have forgotten. No single trace proves a commit, for others write these rows, too, and an operator's snapshot
    /// makes a session: it was committed if everything that it holds is there.
    /// </summary>
    public static PastFlush Judge(CallRecord record, TracesOfCall traces)
    {
        if (traces.CallLog is not { } call) return traces.Session is null ? PastFlush.Never : PastFlush.Unclear;
        if (!call.HasEnd) return PastFlush.Never;
        return traces.Session is { } session && IsAllThere(record, call) && IsAllThere(record, session) ? PastFlush.Committed : PastFlush.Unclear;
    }

    /// <summary>The end may be later than the batch's: the gateway told a later one, which was committed, and the node died before its journal heard.</summary>
    private static bool IsAllThere(CallRecord record, TracesOfCall.CallLogTrace call) =>
        call.EndedAt - record.EndedAt > -Resolution
        && CallStatuses.Parse(call.Status)?.IsTerminal() is true
        && IsThere(record.DurationSeconds, call.DurationSeconds >= record.DurationSeconds)
        && IsThere(record.CustomerName ?? FlushPlanner.DetectedName(record.Intents)?.Full, call.HasCustomerName)
        && IsThere(record.Intents.Find<WriteIntent.Summary>()?.Text, call.HasSummary)
        && IsThere(record.Intents.Find<WriteIntent.Transcription>()?.Text, call.HasTranscription)
        && IsThere(record.Intents.Find<WriteIntent.RecordingUrl>()?.Url, call.HasRecordingUrl)
        && call.Appointments >= record.Intents.Appointments.Count();

    private static bool IsAllThere(CallRecord record, TracesOfCall.SessionTrace session)
    {
        var markers = FlushPlanner.PlanSession(record.Intents);
        return IsThere(markers.LastRequestedSlot, markers.LastRequestedSlot == session.LastRequestedSlot)
            && IsThere(markers.LastConfirmedSlot, markers.LastConfirmedSlot == session.LastConfirmedSlot);
    }

    /// <summary>What the batch does not hold leaves what was stored.</summary>
    private static bool IsThere<T>(T? held, bool isStored) => held is null || isStored;
}
