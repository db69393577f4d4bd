using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

/// <summary>What a group must hold before it looks again and writes. Numbered in the order in which everybody locks.</summary>
internal enum LockKind
{
    /// <summary>A phone of a tenant that has no lead yet: whoever holds it may make one.</summary>
    NewLead = 0,
    Lead = 1,
    Job = 2,
    CallLog = 3,
}

/// <param name="Kind">Of what.</param>
/// <param name="Key">The row's key, or <see cref="OfPhone"/>.</param>
internal readonly record struct RowLock(LockKind Kind, long Key)
{
    public static RowLock OfPhone(long tenant, string phone) =>
        new(LockKind.NewLead, BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"callactors lead {tenant} {phone}"))));
}

/// <summary>Takes a group's locks, all in one statement and in one order, so that two groups never wait for each other. PostgreSQL only.</summary>
internal static class RowLocks
{
    // "No key": a lead that others only point at (foreign keys) is no reason to wait. With "in" for "any" the planner joins, and goes through the whole table to find the keys.
    private static readonly RowStatement<RowLock> Take = new(
        """
        with v as ({input}),
        phones as materialized (select pg_advisory_xact_lock(k.key) from (select v.key from v where v.kind = 0 order by v.key) k),
        known_leads as materialized (
          select id, tenant_id, first_name, last_name, name, name_source, gender
          from leads where id = any (array(select v.key from v where v.kind = 1)) order by id for no key update),
        known_jobs as materialized (
          select id, business_id, lead_id, lead_name, status
          from outbound_call_jobs where id = any (array(select v.key from v where v.kind = 2)) order by id for no key update),
        known_calls as materialized (
          select id, business_id, lead_id, call_sid, status, customer_name
          from call_log where id = any (array(select v.key from v where v.kind = 3)) order by id for no key update)
        select 0 as Kind, count(*) as Id, null::bigint as Tenant, null::bigint as LeadId, null as FirstName, null as LastName, null as Name, null as NameSource,
          null as Gender, null as Status, null as CallSid
        from phones
        union all select 1, id, tenant_id, null, first_name, last_name, name, cast(name_source as text), cast(gender as text), null, null from known_leads
        union all select 2, id, business_id, lead_id, null, null, lead_name, null, null, cast(status as text), null from known_jobs
        union all select 3, id, business_id, lead_id, null, null, customer_name, null, null, cast(status as text), call_sid from known_calls
        """,
        new("kind", SqlType.Integer, row => (long)row.Kind),
        new("key", SqlType.Integer, row => row.Key));

    public static IRowStatement Rehearsed => Take;

    /// <returns>What the rows say now that nobody else changes them; of one that is gone nothing.</returns>
    public static async Task<HeldRows> TakeAsync(SqlSession session, IReadOnlyList<RowLock> locks, CancellationToken cancel)
    {
        var rows = (await session.QueryAsync<RowLock, Row>(Take, locks, cancel)).ToLookup(row => (LockKind)row.Kind);
        return new HeldRows(
            rows[LockKind.Lead].Select(row => new HeldLead(new LeadRow(new LeadId(row.Id), row.FirstName, row.LastName, row.Name, row.NameSource, Genders.Parse(row.Gender)), row.Tenant)),
            rows[LockKind.Job].Select(row => new HeldJob(new JobRow(new JobId(row.Id), null, row.Name, row.Status), row.Tenant, LeadOf(row))),
            rows[LockKind.CallLog].Select(row => new HeldCall(new CallRow(new CallLogId(row.Id), LeadOf(row), row.Status, row.Name), row.Tenant, row.CallSid)));

        static LeadId? LeadOf(Row row) => row.LeadId is { } lead ? new LeadId(lead) : null;
    }

    private sealed class Row
    {
        public int Kind { get; init; }
        public long Id { get; init; }
        public long? Tenant { get; init; }
        public long? LeadId { get; init; }
        public string? FirstName { get; init; }
        public string? LastName { get; init; }

        /// <summary>The lead's, the job's <c>lead_name</c>, or the call's <c>customer_name</c>.</summary>
        public string? Name { get; init; }
        public string? NameSource { get; init; }
        public string? Gender { get; init; }
        public string? Status { get; init; }
        public string? CallSid { get; init; }
    }
}
