using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

/// <summary>A call's row, and the position of its record in the group.</summary>
internal sealed record CallLogWrite(int Culprit, CallId CallId, BusinessId Tenant, LeadId? Lead, CallLogPlan Plan, DateTimeOffset At);

internal static class CallLogRows
{
    private static readonly RowColumn<CallLogWrite>[] Columns =
    [
        new("id", SqlType.Integer, call => call.Plan.Existing?.Value),
        new("business_id", SqlType.Integer, call => call.Tenant.Value),
        new("lead_id", SqlType.Integer, call => call.Lead?.Value),
        new("call_sid", SqlType.Text, call => call.CallId.Value),
        new("parent_call_sid", SqlType.Text, call => call.Plan.Parent?.Value),
        new("from_number", SqlType.Text, call => call.Plan.From),
        new("to_number", SqlType.Text, call => call.Plan.To),
        new("direction", SqlType.Text, call => call.Plan.Direction == CallDirection.Inbound ? "inbound" : "outbound"),
        new("status", SqlType.Text, call => call.Plan.Status.Spelling()),
        new("customer_name", SqlType.Text, call => call.Plan.CustomerName),
        new("duration", SqlType.Integer, call => (long?)call.Plan.DurationSeconds),
        new("summary", SqlType.Text, call => call.Plan.Summary),
        new("transcription", SqlType.Text, call => call.Plan.Transcription),
        new("recording_url", SqlType.Text, call => call.Plan.RecordingUrl),
        new("stream_started_at", SqlType.Time, call => call.Plan.AnsweredAt),
        new("stream_ended_at", SqlType.Time, call => call.Plan.EndedAt),
        new("started_at", SqlType.Time, call => call.Plan.StartedAt),
        new("updated_at", SqlType.Time, call => call.At),
    ];

    // The status has been merged with the locked row's; the duration only grows; what the call does not know stays.
    private static readonly RowStatement<CallLogWrite> Change = new(
        """
        with v as ({input})
        update call_log set
          business_id = v.business_id,
          lead_id = coalesce(v.lead_id, call_log.lead_id),
          call_sid = v.call_sid,
          parent_call_sid = coalesce(v.parent_call_sid, call_log.parent_call_sid),
          from_number = case when v.from_number = '' then coalesce(call_log.from_number, '') else v.from_number end,
          to_number = case when v.to_number = '' then coalesce(call_log.to_number, '') else v.to_number end,
          direction = v.direction,
          status = v.status,
          customer_name = coalesce(v.customer_name, call_log.customer_name),
          duration = case when call_log.duration >= v.duration then call_log.duration else coalesce(v.duration, call_log.duration) end,
          summary = coalesce(v.summary, call_log.summary),
          transcription = coalesce(v.transcription, call_log.transcription),
          recording_url = coalesce(v.recording_url, call_log.recording_url),
          stream_started_at = coalesce(v.stream_started_at, call_log.stream_started_at),
          stream_ended_at = coalesce(v.stream_ended_at, call_log.stream_ended_at),
          created_at = coalesce(call_log.created_at, v.started_at),
          updated_at = v.updated_at
        from v
        where call_log.id = v.id and coalesce(call_log.business_id, v.business_id) = v.business_id and coalesce(call_log.call_sid, v.call_sid) = v.call_sid
        returning call_log.id as Id, call_log.call_sid as CallSid
        """,
        Columns);

    // A row that came in between was not seen when the status was merged: it is left alone here, and looked at again.
    private static readonly RowStatement<CallLogWrite> Create = new(
        """
        with v as ({input})
        insert into call_log (business_id, lead_id, call_sid, parent_call_sid, from_number, to_number, direction, status, customer_name, duration,
          summary, transcription, recording_url, stream_started_at, stream_ended_at, created_at, updated_at)
        select v.business_id, v.lead_id, v.call_sid, v.parent_call_sid, v.from_number, v.to_number, v.direction, v.status, v.customer_name, v.duration,
          v.summary, v.transcription, v.recording_url, v.stream_started_at, v.stream_ended_at, v.started_at, v.updated_at
        from v order by v.call_sid
        on conflict (call_sid) where call_sid is not null do nothing
        returning call_log.id as Id, call_log.call_sid as CallSid
        """,
        Columns);

    private static readonly RowStatement<CallLogWrite> FindStrangers = new(
        """
        with v as ({input})
        select v.call_sid from v join call_log on call_log.call_sid = v.call_sid where call_log.business_id <> v.business_id
        """,
        Columns);

    public static IEnumerable<IRowStatement> Rehearsed => [Create, Change];

    /// <summary>Writes the calls' rows.</summary>
    /// <returns>Their keys.</returns>
    /// <exception cref="CrmException">Another tenant has a call of this id (refused), or another writer made the row just now (to be tried again).</exception>
    public static async Task<Dictionary<CallId, CallLogId>> WriteAsync(SqlSession session, IReadOnlyList<CallLogWrite> calls, CancellationToken cancel)
    {
        var known = calls.Where(call => call.Plan.Existing is not null).ToList();
        var unknown = calls.Where(call => call.Plan.Existing is null).ToList();
        var written = new Dictionary<CallId, CallLogId>();
        if (known.Count > 0) Add(await session.QueryAsync<CallLogWrite, Key>(Change, known, cancel));
        if (unknown.Count > 0) Add(await session.QueryAsync<CallLogWrite, Key>(Create, unknown, cancel));
        if (written.Count < calls.Count) await RefuseAsync(session, [.. calls.Where(call => !written.ContainsKey(call.CallId))], cancel);
        return written;

        void Add(List<Key> keys)
        {
            // A column that pads or cuts what it is given says something else than was written; then the row is one that was not.
            foreach (var key in keys)
                if (CallId.TryParse(key.CallSid, out var callId)) written[callId] = new CallLogId(key.Id);
        }
    }

    private static async Task RefuseAsync(SqlSession session, IReadOnlyList<CallLogWrite> missing, CancellationToken cancel)
    {
        var strangers = await session.QueryAsync<CallLogWrite, string>(FindStrangers, missing, cancel);
        if (missing.FirstOrDefault(call => strangers.Contains(call.CallId.Value)) is { } taken)
            throw new CrmException(CrmFault.Refused, "another business has a call of this id", culprit: taken.Culprit);
        if (missing.FirstOrDefault(call => call.Plan.Existing is not null) is { } swallowed)
            throw new CrmException(CrmFault.Refused, "call_log: the row was not written", culprit: swallowed.Culprit);
        throw new CrmException(CrmFault.Away, "another writer made a call's row at the same moment");
    }

    private sealed class Key
    {
        public long Id { get; init; }
        public string CallSid { get; init; } = "";
    }
}
