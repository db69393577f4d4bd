create table if not exists leads (
  id integer primary key,
  tenant_id integer not null references business (id) on delete cascade,
  first_name text,
  last_name text,
  name text,
  name_source text,
  phone_e164 text,
  gender text,
  status text,
  created_at text default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at text default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
create index if not exists leads_tenant_phone_idx on leads (tenant_id, phone_e164);
