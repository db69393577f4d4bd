create table if not exists business_settings (
  tenant_id integer primary key references business (id) on delete cascade,
  opening_hours_json text,
  working_hours text,
  timezone text,
  slot_size_min integer,
  booking_window_days integer,
  min_notice_min integer,
  call_goal text
);
