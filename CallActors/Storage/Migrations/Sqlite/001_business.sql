create table if not exists business (
  id integer primary key,
  name text not null,
  phone_number text,
  greeting_message text,
  voice_name text,
  is_active integer not null default 1
);
create index if not exists business_phone_number_idx on business (phone_number);
