using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

internal sealed record JobWrite(JobPlan Plan, BusinessId Tenant, CallId CallId, CallLogId CallLog);

/// <summary>Outbound jobs that end with their call.</summary>
internal static class JobRows
{
    private static readonly RowStatement<JobWrite> End = new(
        """
        with v as ({input})
        update outbound_call_jobs set
          status = v.status,
          call_sid = v.call_sid,
          call_log_id = v.call_log_id,
          started_at = coalesce(outbound_call_jobs.started_at, v.started_at),
          completed_at = v.completed_at
        from v
        where outbound_call_jobs.id = v.id and outbound_call_jobs.business_id + 0 = v.business_id
        """,
        new("id", SqlType.Integer, job => job.Plan.Id.Value),
        new("business_id", SqlType.Integer, job => job.Tenant.Value),
        new("status", SqlType.Text, job => job.Plan.Completed ? "completed" : "failed"),
        new("call_sid", SqlType.Text, job => job.CallId.Value),
        new("call_log_id", SqlType.Integer, job => job.CallLog.Value),
        new("started_at", SqlType.Time, job => job.Plan.StartedAt),
        new("completed_at", SqlType.Time, job => job.Plan.CompletedAt));

    public static IRowStatement Rehearsed => End;

    public static async Task EndAsync(SqlSession session, IReadOnlyList<JobWrite> jobs, CancellationToken cancel)
    {
        if (jobs.Count > 0) Written.All(await session.ExecuteAsync(End, jobs, cancel), jobs.Count, "outbound_call_jobs");
    }
}
