using Dapper;

namespace CallActors.Host.Verbs.Demo;

/// <summary>A call as the CRM has it when all is over, with what hangs on it.</summary>
internal sealed class StoredCall
{
    private const string All =
        """
        select c.call_sid as CallId, c.status as Status, c.duration as Duration, c.summary as Summary, c.lead_id as LeadId, c.business_id as BusinessId,
          l.tenant_id as LeadTenant, l.phone_e164 as Phone, l.gender as Gender, l.name as Name, j.id as JobId, j.status as JobStatus,
          (select count(*) from appointments a where a.call_log_id = c.id and a.status = 'confirmed') as Appointments,
          (select min(a.start_time) from appointments a where a.call_log_id = c.id) as AppointmentStart
        from call_log c
        left join leads l on l.id = c.lead_id
        left join outbound_call_jobs j on j.call_sid = c.call_sid and j.call_log_id = c.id
        """;

    public string? CallId { get; init; }
    public string? Status { get; init; }
    public long? Duration { get; init; }
    public string? Summary { get; init; }
    public long? LeadId { get; init; }
    public long? BusinessId { get; init; }
    public long? LeadTenant { get; init; }
    public string? Phone { get; init; }
    public string? Gender { get; init; }
    public string? Name { get; init; }
    public long? JobId { get; init; }
    public string? JobStatus { get; init; }
    public long Appointments { get; init; }
    public string? AppointmentStart { get; init; }

    public static async Task<ILookup<string, StoredCall>> ReadAllAsync(DemoDatabase database, CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return (await connection.QueryAsync<StoredCall>(All)).ToLookup(row => row.CallId ?? "");
    }
}
