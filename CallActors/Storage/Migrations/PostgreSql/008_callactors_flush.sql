-- events: the fingerprints of the events the call had seen, 8 bytes each, little endian.
create table if not exists callactors_flush (
  call_sid text primary key,
  committed_at timestamptz not null,
  intents integer not null,
  node text not null,
  events bytea not null
);
create index if not exists callactors_flush_committed_at_idx on callactors_flush (committed_at);
