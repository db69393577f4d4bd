create table if not exists call_session (
  id integer primary key,
  call_sid text not null unique,
  business_id integer references business (id) on delete cascade,
  lead_id integer references leads (id) on delete set null,
  last_requested_slot text,
  last_confirmed_slot text
);
create index if not exists call_session_business_idx on call_session (business_id);
create index if not exists call_session_lead_idx on call_session (lead_id);
