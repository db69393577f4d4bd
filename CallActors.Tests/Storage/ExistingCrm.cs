using CallActors.Tests.Fixtures;

namespace CallActors.Tests.Storage;

/// <summary>A CRM as others build them: 32-bit keys, short text types, columns of its own, no index on any phone number, plain unique keys.</summary>
internal static class ExistingCrm
{
    public static async Task<SpecCrm> MadeAsync(bool migrated = true)
    {
        var crm = await SpecCrm.OnPostgreSqlAsync(migrated: false);
        if (!migrated) return crm;
        await crm.ExecuteAsync(Tables);
        await crm.Migrator.RunAsync(dryRun: false);
        return crm;
    }

    /// <summary>All there is of its structure: columns, types, defaults, constraints and indexes.</summary>
    public static async Task<List<string>> StructureAsync(SpecCrm crm) =>
        [.. (await crm.RowsAsync(
            """
            select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) from information_schema.columns where table_schema = 'public' and table_name not like 'callactors%'
            union all
            select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace and conrelid::regclass::text not like 'callactors%'
            union all
            select indexdef from pg_indexes where schemaname = 'public' and tablename not like 'callactors%'
            order by 1
            """)).Select(row => (string)row[0]!)];

    public const string Tables =
        """
        create table business (id serial primary key, name varchar(200) not null, phone_number varchar(32), greeting_message text, voice_name varchar(64),
          is_active boolean not null default true, plan varchar(20) not null default 'basic', owner_email varchar(200) not null default '');
        create table business_settings (tenant_id integer primary key references business, opening_hours_json text, working_hours varchar(200), timezone varchar(64),
          slot_size_min smallint, booking_window_days numeric, min_notice_min integer, call_goal varchar(20), theme text not null default 'dark');
        create table leads (id serial primary key, tenant_id integer not null references business, first_name varchar(100), last_name varchar(100), name varchar(200),
          name_source varchar(32), phone_e164 varchar(32), gender varchar(16), status varchar(32), created_at timestamptz default now(), updated_at timestamptz,
          score integer not null default 0, tags jsonb not null default '[]');
        create table call_log (id serial primary key, business_id integer references business, lead_id integer references leads, call_sid varchar(64) unique,
          parent_call_sid varchar(64), from_number varchar(32), to_number varchar(32), direction varchar(16), status varchar(32), customer_name varchar(200), duration integer,
          summary text, transcription text, recording_url varchar(512), stream_started_at timestamptz, stream_ended_at timestamptz, created_at timestamptz default now(),
          updated_at timestamptz, cost numeric not null default 0);
        create table outbound_call_jobs (id serial primary key, run_id integer, lead_id integer references leads, business_id integer references business,
          call_log_id integer references call_log, call_sid varchar(64), status varchar(32), lead_name varchar(200), started_at timestamptz, completed_at timestamptz,
          retries integer not null default 0, unique (run_id, lead_id));
        create table call_session (id serial primary key, call_sid varchar(64) not null unique, business_id integer references business, lead_id integer references leads,
          last_requested_slot varchar(64), last_confirmed_slot varchar(64), extra jsonb not null default '{}');
        create table appointments (id serial primary key, business_id integer not null references business, lead_id integer references leads, call_log_id integer references call_log,
          title varchar(200), start_time timestamptz not null, end_time timestamptz not null, status varchar(20), contact_name varchar(200), contact_phone varchar(32),
          source varchar(20), created_at timestamptz default now(), colour varchar(10) not null default 'blue',
          exclude using gist (int4range(business_id, business_id, '[]') with &&, tstzrange(start_time, end_time) with &&) where (status in ('scheduled', 'confirmed')));
        """;
}

/// <summary>The same contract on a CRM that was there before.</summary>
public sealed class ExistingCrmDatabaseSpecs : CrmDatabaseSpecs
{
    protected override Task<SpecCrm> OpenAsync(bool migrated = true) => ExistingCrm.MadeAsync(migrated);
}
