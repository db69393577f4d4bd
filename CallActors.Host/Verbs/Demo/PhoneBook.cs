using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Messages;
using Dapper;

namespace CallActors.Host.Verbs.Demo;

/// <summary>Whom the simulated gateway can connect to whom.</summary>
internal sealed record PhoneBook(ImmutableArray<BusinessProfile> Businesses, ImmutableArray<BookedLead> Leads, ImmutableArray<BookedJob> Jobs)
{
    public static async Task<PhoneBook> ReadAsync(DemoDatabase database, CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        var businesses = await connection.QueryAsync<BusinessRow>(
            """
            select b.id as Id, b.name as Name, b.phone_number as Phone, s.timezone as TimeZone, s.opening_hours_json as Hours,
              s.slot_size_min as SlotSize, s.booking_window_days as Window, s.min_notice_min as Notice
            from business b join business_settings s on s.tenant_id = b.id order by b.id
            """);
        var leads = await connection.QueryAsync<(long Id, long Tenant, string Phone)>("select id, tenant_id, phone_e164 from leads order by id");
        var jobs = await connection.QueryAsync<(long Id, long Tenant, long Lead, string Phone)>(
            "select j.id, j.business_id, j.lead_id, l.phone_e164 from outbound_call_jobs j join leads l on l.id = j.lead_id order by j.id");
        return new PhoneBook(
            [.. businesses.Select(row => row.ToProfile())],
            [.. leads.Select(lead => new BookedLead(lead.Id, lead.Tenant, lead.Phone))],
            [.. jobs.Select(job => new BookedJob(job.Id, job.Tenant, job.Lead, job.Phone))]);
    }

    private sealed class BusinessRow
    {
        public long Id { get; init; }
        public string Name { get; init; } = "";
        public string Phone { get; init; } = "";
        public string TimeZone { get; init; } = "";
        public string Hours { get; init; } = "";
        public int SlotSize { get; init; }
        public int Window { get; init; }
        public int Notice { get; init; }

        public BusinessProfile ToProfile() => new(new BusinessId(Id), Name, Phone)
        {
            TimeZone = TimeZone,
            OpeningHoursJson = Hours,
            SlotSizeMinutes = SlotSize,
            BookingWindowDays = Window,
            MinNoticeMinutes = Notice,
        };
    }
}

/// <summary>A lead the CRM knows.</summary>
internal sealed record BookedLead(long Id, long Tenant, string Phone);

/// <summary>An outbound job that waits, and the number it is to call.</summary>
internal sealed record BookedJob(long Id, long Tenant, long Lead, string Phone);
