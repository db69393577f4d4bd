using System.Collections.Immutable;
using System.Reflection;

namespace CallActors.Storage;

/// <summary>A table this service reads or writes, and the columns of it that it names.</summary>
internal sealed record CrmTable(int Number, string Name, ImmutableArray<string> Columns)
{
    /// <summary>The embedded SQL that makes the table and everything that belongs to it: all of it or, where the table exists, nothing.</summary>
    public string Script(DatabaseProvider provider)
    {
        var resource = $"{typeof(CrmTable).Namespace}.Migrations.{provider}.{Number:000}_{Name}.sql";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not embedded.");
        return new StreamReader(stream).ReadToEnd();
    }
}

/// <summary>The tables, each behind those it points at.</summary>
internal static class CrmSchema
{
    public static readonly ImmutableArray<CrmTable> Tables =
    [
        Table(1, "business", "id name phone_number greeting_message voice_name is_active"),
        Table(2, "business_settings", "tenant_id opening_hours_json working_hours timezone slot_size_min booking_window_days min_notice_min call_goal"),
        Table(3, "leads", "id tenant_id first_name last_name name name_source phone_e164 gender status created_at updated_at"),
        Table(4, "call_log",
            "id business_id lead_id call_sid parent_call_sid from_number to_number direction status customer_name duration summary transcription"
            + " recording_url stream_started_at stream_ended_at created_at updated_at"),
        Table(5, "outbound_call_jobs", "id run_id lead_id business_id call_log_id call_sid status lead_name started_at completed_at"),
        Table(6, "call_session", "id call_sid business_id lead_id last_requested_slot last_confirmed_slot"),
        Table(7, "appointments", "id business_id lead_id call_log_id title start_time end_time status contact_name contact_phone source created_at"),
        Table(8, "callactors_flush", "call_sid committed_at intents node events"),
        Table(9, "callactors_dead_letter", "id call_sid batch reason sqlstate at events"),
    ];

    /// <summary>The tables that others have foreign keys to.</summary>
    /// <param name="names">The others.</param>
    /// <param name="provider">Whose SQL makes them.</param>
    public static string[] PointedAtBy(IEnumerable<string> names, DatabaseProvider provider)
    {
        var scripts = string.Concat(Tables.Where(table => names.Contains(table.Name)).Select(table => table.Script(provider)));
        return [.. Tables.Select(table => table.Name).Where(name => scripts.Contains($"references {name} ", StringComparison.Ordinal))];
    }

    private static CrmTable Table(int number, string name, string columns) => new(number, name, [.. columns.Split(' ')]);
}
