create table if not exists callactors_dead_letter (
  id integer primary key,
  call_sid text not null unique,
  batch text not null,
  reason text not null,
  sqlstate text,
  at text not null,
  events blob
);
