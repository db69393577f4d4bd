create table if not exists appointments (
  id integer primary key,
  business_id integer not null references business (id) on delete cascade,
  lead_id integer references leads (id) on delete set null,
  call_log_id integer references call_log (id) on delete set null,
  title text,
  start_time text not null,
  end_time text not null,
  status text not null default 'scheduled',
  contact_name text,
  contact_phone text,
  source text,
  created_at text default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  check (julianday(end_time) > julianday(start_time))
);
create index if not exists appointments_business_idx on appointments (business_id, start_time);
create index if not exists appointments_lead_idx on appointments (lead_id);
create index if not exists appointments_call_log_idx on appointments (call_log_id);
-- What PostgreSQL has an exclusion constraint for: no two appointments of one business at one time.
create trigger if not exists appointments_no_overlap before insert on appointments
when new.status in ('scheduled', 'confirmed') and exists (
  select 1 from appointments taken
  where taken.business_id = new.business_id and taken.status in ('scheduled', 'confirmed')
    and julianday(taken.start_time) < julianday(new.end_time) and julianday(new.start_time) < julianday(taken.end_time))
begin
  select raise(abort, 'appointments_no_overlap: the business has an appointment at this time');
end;
