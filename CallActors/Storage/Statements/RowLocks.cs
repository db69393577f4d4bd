using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

/// <summary>What a group must hold before it can rely on a look. Numbered in the order in which everybody locks.</summary>
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
    // "No key": a lead that others only point at (foreign keys) is no reason to wait.
    private static readonly RowStatement<RowLock> Take = new(
        """
        with v as ({input}),
        phones as materialized (select pg_advisory_xact_lock(k.key) from (select v.key from v where v.kind = 0 order by v.key) k),
        known_leads as materialized (select id from leads where {id among select v.key from v where v.kind = 1} order by id for no key update),
        known_jobs as materialized (select id from outbound_call_jobs where {id among select v.key from v where v.kind = 2} order by id for no key update),
        known_calls as materialized (select id from call_log where {id among select v.key from v where v.kind = 3} order by id for no key update)
        select count(*) from phones
        union all select count(*) from known_leads
        union all select count(*) from known_jobs
        union all select count(*) from known_calls
        """,
        new("kind", SqlType.Integer, row => (long)row.Kind),
        new("key", SqlType.Integer, row => row.Key));

    public static IRowStatement Rehearsed => Take;

    public static Task TakeAsync(SqlSession session, IReadOnlyList<RowLock> locks, CancellationToken cancel) =>
        session.QueryAsync<RowLock, long>(Take, locks, cancel);
}
