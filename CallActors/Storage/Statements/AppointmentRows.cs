using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

internal sealed record AppointmentWrite(AppointmentPlan Plan, BusinessId Tenant, LeadId? Lead, CallLogId CallLog, DateTimeOffset At);

/// <summary>What was booked. Where the database has a constraint against two at one time, it speaks here.</summary>
internal static class AppointmentRows
{
    private const string ExclusionViolation = "23P01";

    // Counted for each slot among what the business has coming: "not exists" would be a join, for which a plan made while the table is small lays all of its
    // rows beside every slot. The status is wrapped to hide it from the index behind PostgreSQL's constraint, as in the load.
    private static readonly RowStatement<AppointmentWrite> Book = new(
        """
        with v as (
          select r.*, max(r.end_time) over (partition by r.business_id order by r.start_time rows between unbounded preceding and 1 preceding) as taken_until
          from ({input}) r
        )
        insert into appointments (business_id, lead_id, call_log_id, title, start_time, end_time, status, contact_name, contact_phone, source, created_at)
        select v.business_id, v.lead_id, v.call_log_id, v.title, v.start_time, v.end_time, 'confirmed', v.contact_name, v.contact_phone, 'call', v.created_at
        from v
        where (v.taken_until is null or v.taken_until <= v.start_time)
          and 0 = (
            select count(*) from appointments a
            where a.business_id = v.business_id and coalesce(cast(a.status as text), '') in ('scheduled', 'confirmed')
              and {a.start_time before v.end_time} and {v.start_time before a.end_time})
        order by v.business_id, v.start_time
        """,
        new("business_id", SqlType.Integer, booked => booked.Tenant.Value),
        new("lead_id", SqlType.Integer, booked => booked.Lead?.Value),
        new("call_log_id", SqlType.Integer, booked => booked.CallLog.Value),
        new("title", SqlType.Text, booked => booked.Plan.Title),
        new("start_time", SqlType.Time, booked => booked.Plan.Slot.Start),
        new("end_time", SqlType.Time, booked => booked.Plan.Slot.End),
        new("contact_name", SqlType.Text, booked => booked.Plan.ContactName),
        new("contact_phone", SqlType.Text, booked => booked.Plan.ContactPhone),
        new("created_at", SqlType.Time, booked => booked.At));

    public static IRowStatement Rehearsed => Book;

    public static async Task BookAsync(SqlSession session, IReadOnlyList<AppointmentWrite> booked, CancellationToken cancel)
    {
        // An existing CRM may have no constraint against two at one time; with one, it has the last word where two transactions meet.
        if (booked.Count == 0 || await session.ExecuteAsync(Book, booked, cancel) == booked.Count) return;
        throw new CrmException(CrmFault.Refused, "An appointment of the business has this time already.", ExclusionViolation);
    }
}
