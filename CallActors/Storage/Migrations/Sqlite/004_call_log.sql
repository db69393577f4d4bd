create table if not exists call_log (
  id integer primary key,
  business_id integer references business (id) on delete cascade,
  lead_id integer references leads (id) on delete set null,
  call_sid text,
  parent_call_sid text,
  from_number text,
  to_number text,
  direction text,
  status text,
  customer_name text,
  duration integer,
  summary text,
  transcription text,
  recording_url text,
  stream_started_at text,
  stream_ended_at text,
  created_at text default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at text default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
-- An outbound row may be there before the provider's id is known.
create unique index if not exists call_log_call_sid_key on call_log (call_sid) where call_sid is not null;
create index if not exists call_log_business_idx on call_log (business_id);
create index if not exists call_log_lead_idx on call_log (lead_id);
