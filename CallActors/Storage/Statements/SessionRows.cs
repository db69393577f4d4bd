using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

internal sealed record SessionWrite(int Culprit, CallId CallId, BusinessId Tenant, LeadId? Lead, SessionPlan Plan);

/// <summary>The rows of <c>call_session</c>: one a call, made or changed.</summary>
internal static class SessionRows
{
    private static readonly RowStatement<SessionWrite> Upsert = new(
        """
        with v as ({input})
        insert into call_session (call_sid, business_id, lead_id, last_requested_slot, last_confirmed_slot)
        select v.call_sid, v.business_id, v.lead_id, v.requested, v.confirmed from v order by v.call_sid
        on conflict (call_sid) do update set
          business_id = excluded.business_id,
          lead_id = coalesce(excluded.lead_id, call_session.lead_id),
          last_requested_slot = coalesce(excluded.last_requested_slot, call_session.last_requested_slot),
          last_confirmed_slot = coalesce(excluded.last_confirmed_slot, call_session.last_confirmed_slot)
        where coalesce(call_session.business_id, excluded.business_id) = excluded.business_id
        returning call_sid
        """,
        new("call_sid", SqlType.Text, session => session.CallId.Value),
        new("business_id", SqlType.Integer, session => session.Tenant.Value),
        new("lead_id", SqlType.Integer, session => session.Lead?.Value),
        new("requested", SqlType.Text, session => session.Plan.LastRequestedSlot),
        new("confirmed", SqlType.Text, session => session.Plan.LastConfirmedSlot));

    public static IRowStatement Rehearsed => Upsert;

    /// <exception cref="CrmException">Another tenant has a session of this call id.</exception>
    public static async Task WriteAsync(SqlSession session, IReadOnlyList<SessionWrite> sessions, CancellationToken cancel)
    {
        var written = (await session.QueryAsync<SessionWrite, string>(Upsert, sessions, cancel)).ToHashSet(StringComparer.Ordinal);
        if (sessions.FirstOrDefault(row => !written.Contains(row.CallId.Value)) is { } missing)
            throw new CrmException(CrmFault.Refused, "another business has a session of this call id", culprit: missing.Culprit);
    }
}
