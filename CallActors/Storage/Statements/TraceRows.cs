using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

/// <summary>What rows of its own an earlier flush of a call has left. Asked only of calls that are older than the ledger's word counts.</summary>
internal static class TraceRows
{
    private static readonly RowStatement<CallId> Look = new(
        """
        with v as ({input}),
        booked as (
          select a.call_log_id, count(*) as n from appointments a
          where {a.call_log_id among select k.id from call_log k join v on v.call_sid = k.call_sid}
          group by a.call_log_id
        )
        select v.call_sid as CallSid, c.id as CallLogId, c.stream_ended_at as EndedAt, cast(c.status as text) as Status, cast(c.duration as bigint) as Duration,
          case when c.customer_name is null then 0 else 1 end as CustomerNames, case when c.summary is null then 0 else 1 end as Summaries,
          case when c.transcription is null then 0 else 1 end as Transcriptions, case when c.recording_url is null then 0 else 1 end as RecordingUrls,
          coalesce(booked.n, 0) as Appointments,
          s.call_sid as SessionSid, cast(s.last_requested_slot as text) as LastRequestedSlot, cast(s.last_confirmed_slot as text) as LastConfirmedSlot
        from v
        left join call_log c on c.call_sid = v.call_sid
        left join booked on booked.call_log_id = c.id
        left join call_session s on s.call_sid = v.call_sid
        """,
        new RowColumn<CallId>("call_sid", SqlType.Text, call => call.Value));

    public static IRowStatement Rehearsed => Look;

    public static async Task<Dictionary<CallId, TracesOfCall>> FindAsync(SqlSession session, IReadOnlyList<CallId> calls, CancellationToken cancel)
    {
        var found = await session.QueryAsync<CallId, Trace>(Look, calls, cancel);
        return found.ToDictionary(trace => CallId.Parse(trace.CallSid), trace => new TracesOfCall(CallLogOf(trace), SessionOf(trace)));
    }

    private static TracesOfCall.CallLogTrace? CallLogOf(Trace trace) => trace.CallLogId is null
        ? null
        : new(trace.EndedAt is not null, TimeOf(trace.EndedAt), trace.Status, trace.Duration)
        {
            HasCustomerName = trace.CustomerNames > 0,
            HasSummary = trace.Summaries > 0,
            HasTranscription = trace.Transcriptions > 0,
            HasRecordingUrl = trace.RecordingUrls > 0,
            Appointments = trace.Appointments,
        };

    private static TracesOfCall.SessionTrace? SessionOf(Trace trace) => trace.SessionSid is null ? null : new(trace.LastRequestedSlot, trace.LastConfirmedSlot);

    /// <summary>On SQLite a time is whatever text somebody has put there.</summary>
    private static DateTimeOffset? TimeOf(object? stored)
    {
        try
        {
            return stored is null ? null : CrmTime.Read(stored);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private sealed class Trace
    {
        public string CallSid { get; init; } = "";
        public long? CallLogId { get; init; }
        public object? EndedAt { get; init; }
        public string? Status { get; init; }
        public long? Duration { get; init; }
        public long CustomerNames { get; init; }
        public long Summaries { get; init; }
        public long Transcriptions { get; init; }
        public long RecordingUrls { get; init; }
        public long Appointments { get; init; }
        public string? SessionSid { get; init; }
        public string? LastRequestedSlot { get; init; }
        public string? LastConfirmedSlot { get; init; }
    }
}
