using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

/// <summary>
/// The one statement that answers a list of queries. Every join carries the tenant; the left ones see to it that each query has its answer,
/// whether rows exist or not.
/// </summary>
internal static class ContextLoad
{
    // From the numbers to the businesses, and not once a query: the table is read once where an existing CRM has no index on business.phone_number.
    // Leads, calls and jobs are looked up for each query, and want their indexes: tenant and number, call_sid, call_log_id.
    //
    // All other rows are found by their keys. A plan that is made while a table is empty takes any index that one of the conditions fits, and goes on doing so
    // when a tenant has a hundred thousand rows: what is only to be checked is said where no index can be meant by it ("+ 0", a case), and what is looked up by
    // two columns has both from one list ("materialized").
    //
    // A business's appointments come once, with the first of its calls. They are gathered for all businesses in one go, again for an existing CRM that has no
    // index: a subquery a business would read the table as often. The status is wrapped to hide it from the index behind PostgreSQL's constraint, which holds
    // only what is scheduled or confirmed: a plan made while the table is small would go through all of that index rather than look the businesses up in the
    // other.
    private static readonly RowStatement<Question> Statement = StatementOf(
        """
        b.id as BusinessId, b.name as Name, b.phone_number as Phone, b.greeting_message as GreetingMessage, b.voice_name as VoiceName,
          o.timezone as TimeZone, cast(o.working_hours as text) as WorkingHours, cast(o.opening_hours_json as text) as OpeningHoursJson,
          cast(o.call_goal as text) as CallGoal, o.slot_size_min as SlotSize, o.booking_window_days as BookingWindow, o.min_notice_min as MinNotice,
          case when p.nth = 1 then (select t.times from taken t where t.business_id = p.tenant) end as Taken
        """,
        """
        ,
        taken as materialized (
          select a.business_id, {spans a.start_time a.end_time} as times
          from appointments a
          where {a.business_id among select p.tenant from called p where p.nth = 1}
            and coalesce(cast(a.status as text), '') in ('scheduled', 'confirmed') and {(select max(q.now) from q) before a.end_time} and a.start_time is not null
          group by a.business_id
        )
        """,
        ", row_number() over (partition by p.tenant order by p.n) as nth",
        "cast(s.last_confirmed_slot as text) as LastConfirmedSlot",
        """
        left join business b on b.id = p.tenant
        left join business_settings o on o.tenant_id = p.tenant
        left join call_session s on s.call_sid = p.call_sid and coalesce(s.business_id, p.tenant) = p.tenant
        """,
        new RowColumn<Question>("now", SqlType.Time, asked => asked.Now));

    /// <summary>For a flush, which needs to know whose the call is, and nothing of what a conversation is told.</summary>
    private static readonly RowStatement<Question> ForFlush = StatementOf("p.tenant as BusinessId", "", "", "null as LastConfirmedSlot", "");

    private static RowStatement<Question> StatementOf(
        string ofBusiness, string gathered, string ofCall, string ofSession, string joins, params RowColumn<Question>[] more) => new(
        $$"""
        with q as ({input}),
        numbers as materialized (
          select b.phone_number as number, min(b.id) as business_id
          from business b
          where {b.phone_number among select distinct q.business_phone from q} and cast(b.is_active as integer) = 1
          group by b.phone_number
        ),
        jobs_by_call as materialized (
          select q.n, max(j.id) as job_id
          from q join outbound_call_jobs j on j.call_log_id = q.call_log_id
          left join call_log c on c.id = q.call_log_id
          where q.job_id is null and coalesce(q.business_id, c.business_id, j.business_id) = j.business_id
          group by q.n
        ),
        placed as materialized (
          select q.n, q.call_sid, q.lead_id, q.call_log_id, q.customer_phone,
            b.id as tenant, j.id as job_id, j.business_id as job_tenant, j.call_log_id as job_call_id{{string.Concat(more.Select(column => $", q.{column.Name}"))}}
          from q
          left join numbers on numbers.number = q.business_phone
          left join jobs_by_call on jobs_by_call.n = q.n
          left join outbound_call_jobs j on j.id = coalesce(q.job_id, jobs_by_call.job_id)
          left join business b on b.id = case when q.business_phone is null then coalesce(q.business_id, j.business_id) else numbers.business_id end
        ),
        ranked as (
          select p.*, l.id as phone_lead_id,
            row_number() over (partition by p.n order by {moment l.updated_at} desc nulls last, l.updated_at desc nulls last, l.id desc) as newest
          from placed p left join leads l on l.tenant_id = p.tenant and l.phone_e164 = p.customer_phone
        ),
        called as (
          select p.*{{ofCall}},
            coalesce(
              by_sid.id,
              case when by_id.business_id = p.tenant and by_id.call_sid is null then by_id.id end,
              case when by_job.business_id = p.tenant and by_job.call_sid is null and p.job_tenant = p.tenant then by_job.id end) as call_id
          from ranked p
          left join call_log by_sid on by_sid.call_sid = p.call_sid and p.tenant is not null and coalesce(by_sid.business_id, p.tenant) = p.tenant
          left join call_log by_id on by_id.id = p.call_log_id
          left join call_log by_job on by_job.id = p.job_call_id
          where p.newest = 1
        ){{gathered}}
        select
          p.n as N, {{ofBusiness}},
          p.call_sid as CallSid, j.id as JobId, j.run_id as RunId, j.lead_name as JobLeadName, cast(j.status as text) as JobStatus,
          c.id as CallLogId, c.lead_id as CallLeadId, cast(c.status as text) as CallStatus, c.customer_name as CustomerName,
          {{ofSession}}, coalesce(f.committed_at, d.at) as CommittedAt, coalesce(f.events, d.events) as Events,
          {{Lead("lc")}},
          {{Lead("le")}},
          {{Lead("lj")}},
          {{Lead("lp")}}
        from called p
        left join outbound_call_jobs j on j.id = case when p.job_tenant = p.tenant then p.job_id end
        left join call_log c on c.id = p.call_id
        left join leads lc on lc.id = c.lead_id and lc.tenant_id + 0 = p.tenant
        left join leads le on le.id = p.lead_id and le.tenant_id + 0 = p.tenant
        left join leads lj on lj.id = j.lead_id and lj.tenant_id + 0 = p.tenant
        left join leads lp on lp.id = p.phone_lead_id
        {{joins}}
        left join callactors_flush f on f.call_sid = p.call_sid
        left join callactors_dead_letter d on d.call_sid = p.call_sid
        """,
        [
            new("n", SqlType.Integer, asked => asked.Number),
            new("call_sid", SqlType.Text, asked => asked.Query.CallId.Value),
            new("business_phone", SqlType.Text, asked => asked.Query.BusinessPhone),
            new("business_id", SqlType.Integer, asked => asked.Query.BusinessId?.Value),
            new("lead_id", SqlType.Integer, asked => asked.Query.LeadId?.Value),
            new("job_id", SqlType.Integer, asked => asked.Query.JobId?.Value),
            new("call_log_id", SqlType.Integer, asked => asked.Query.CallLogId?.Value),
            new("customer_phone", SqlType.Text, asked => asked.Query.CustomerPhone),
            .. more,
        ]);

    public static IEnumerable<IRowStatement> Rehearsed => [Statement, ForFlush];

    /// <param name="session">Where it runs.</param>
    /// <param name="queries">What is asked.</param>
    /// <param name="now">Appointments that have ended by then are over.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<ImmutableArray<LoadedCall>> RunAsync(
        SqlSession session, IReadOnlyList<ContextQuery> queries, DateTimeOffset now, CancellationToken cancel)
    {
        var busy = new Dictionary<BusinessId, BusyTimes>();
        var calls = await RunAsync(Statement, session, [.. queries.Select((query, i) => new Question(i, query, now))], busy, cancel);
        return [.. calls.Select(call => call.Business is { Id: { } business } ? call with { Busy = busy.GetValueOrDefault(business, BusyTimes.None) } : call)];
    }

    /// <summary>The same, but for the business's own data, its appointments, and the session's: those are left out.</summary>
    public static async Task<ImmutableArray<LoadedCall>> RunForFlushAsync(SqlSession session, IReadOnlyList<ContextQuery> queries, CancellationToken cancel) =>
        [.. await RunAsync(ForFlush, session, [.. queries.Select((query, i) => new Question(i, query, default))], [], cancel)];

    private static async Task<IEnumerable<LoadedCall>> RunAsync(
        RowStatement<Question> statement, SqlSession session, IReadOnlyList<Question> questions, Dictionary<BusinessId, BusyTimes> busy,
        CancellationToken cancel)
    {
        var found = new LoadedCall?[questions.Count];
        var businesses = new Dictionary<long, BusinessProfile>();
        await session.QueryAsync<Question, BusinessColumns, CallColumns, LeadColumns, LeadColumns, LeadColumns, LeadColumns, int>(
            statement,
            questions,
            (business, call, leadOfCall, leadOfEvent, leadOfJob, leadOfPhone) =>
            {
                // A CRM with two rows of settings for one business answers twice: the first is as good as the second.
                found[business.N] ??= new LoadedCall(
                    business.ToProfile(businesses), call.ToJob(), call.ToCall(), leadOfCall?.ToLead(), leadOfEvent?.ToLead(), leadOfJob?.ToLead(),
                    leadOfPhone?.ToLead(), call.LastConfirmedSlot, call.ToLedger());
                if (business is { BusinessId: { } id, Taken: { } taken }) busy.TryAdd(new BusinessId(id), TakenTimes.Read(taken));
                return (int)business.N;
            },
            "CallSid,LeadId,LeadId,LeadId,LeadId",
            cancel);
        return found.Select(call => call ?? throw new InvalidOperationException("The load left a query without its answer."));
    }

    private static string Lead(string alias) =>
        $"{alias}.id as LeadId, {alias}.first_name as FirstName, {alias}.last_name as LastName, {alias}.name as Name,"
        + $" cast({alias}.name_source as text) as NameSource, cast({alias}.gender as text) as Gender";

    private sealed record Question(long Number, ContextQuery Query, DateTimeOffset Now);
}
