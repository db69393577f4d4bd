using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

/// <summary>What rows of its own an earlier flush of a call has left. Asked only of calls that are older than the ledger's word counts.</summary>
internal static class TraceRows
{
    private static readonly RowStatement<CallId> Look = new(
        """
        with v as ({input})
        select v.call_sid as CallSid, c.stream_ended_at as EndedAt, s.call_sid as SessionSid,
          cast(s.last_requested_slot as text) as LastRequestedSlot, cast(s.last_confirmed_slot as text) as LastConfirmedSlot
        from v
        left join call_log c on c.call_sid = v.call_sid
        left join call_session s on s.call_sid = v.call_sid
        """,
        new RowColumn<CallId>("call_sid", SqlType.Text, call => call.Value));

    public static IRowStatement Rehearsed => Look;

    public static async Task<Dictionary<CallId, TracesOfCall>> FindAsync(SqlSession session, IReadOnlyList<CallId> calls, CancellationToken cancel)
    {
        var found = await session.QueryAsync<CallId, Trace>(Look, calls, cancel);
        return found.ToDictionary(
            trace => CallId.Parse(trace.CallSid),
            trace => new TracesOfCall(trace.EndedAt is not null, TimeOf(trace.EndedAt), trace.SessionSid is not null, trace.LastRequestedSlot, trace.LastConfirmedSlot));
    }

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
        public object? EndedAt { get; init; }
        public string? SessionSid { get; init; }
        public string? LastRequestedSlot { get; init; }
        public string? LastConfirmedSlot { get; init; }
    }
}
