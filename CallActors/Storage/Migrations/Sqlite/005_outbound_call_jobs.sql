create table if not exists outbound_call_jobs (
  id integer primary key,
  run_id integer,
  lead_id integer references leads (id) on delete cascade,
  business_id integer references business (id) on delete cascade,
  call_log_id integer references call_log (id) on delete set null,
  call_sid text,
  status text not null default 'queued',
  lead_name text,
  started_at text,
  completed_at text,
  unique (run_id, lead_id)
);
create index if not exists outbound_call_jobs_lead_idx on outbound_call_jobs (lead_id);
create index if not exists outbound_call_jobs_business_idx on outbound_call_jobs (business_id);
create index if not exists outbound_call_jobs_call_log_idx on outbound_call_jobs (call_log_id);
