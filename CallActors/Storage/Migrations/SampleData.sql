-- The same text on both databases. Keys are looked up, never given: an identity must not be overtaken.
insert into business (name, phone_number, greeting_message, voice_name, is_active) values
  ('מספרת לילך', '+97235550100', 'שלום {{first_name}}, הגעת אל {{business_name}}. איך אפשר לעזור?', 'he-IL-Wavenet-A', true),
  ('Bright Smile Dental', '+12125550100', 'Hello {{first_name}}, thank you for calling {{business_name}}. How can I help?', 'en-US-Wavenet-F', true);

insert into business_settings (tenant_id, opening_hours_json, working_hours, timezone, slot_size_min, booking_window_days, min_notice_min, call_goal)
select id, '{"sun":[["09:00","19:00"]],"mon":[["09:00","19:00"]],"tue":[["09:00","19:00"]],"wed":[["09:00","19:00"]],"thu":[["09:00","20:00"]],"fri":[["08:30","13:30"]]}',
  'א׳–ד׳ 9:00–19:00, ה׳ 9:00–20:00, ו׳ 8:30–13:30', 'Asia/Jerusalem', 30, 30, 60, 'appointment'
from business where phone_number = '+97235550100';

insert into business_settings (tenant_id, opening_hours_json, working_hours, timezone, slot_size_min, booking_window_days, min_notice_min, call_goal)
select id, '{"mon":[["08:00","12:00"],["13:00","18:00"]],"tue":[["08:00","12:00"],["13:00","18:00"]],"wed":[["08:00","12:00"],["13:00","18:00"]],"thu":[["08:00","12:00"],["13:00","18:00"]],"fri":[["08:00","14:00"]]}',
  'Mon–Thu 8–12 and 1–6, Fri 8–2', 'America/New_York', 30, 60, 120, 'appointment'
from business where phone_number = '+12125550100';

with people (business_phone, first_name, last_name, name, name_source, phone_e164, gender) as (
  values
    ('+97235550100', 'דנה', 'כהן', 'דנה כהן', 'user_provided', '+972501234567', 'female'),
    ('+97235550100', 'יוסי', 'לוי', 'יוסי לוי', 'call_ai', '+972521234567', 'male'),
    ('+97235550100', null, null, 'ללא שם', 'import', '+972541234567', null),
    ('+12125550100', 'Emma', 'Clark', 'Emma Clark', 'user_provided', '+12125550142', 'female'),
    ('+12125550100', 'Daniel', 'Reyes', 'Daniel Reyes', 'import', '+12125550143', 'male'),
    ('+12125550100', null, null, 'Customer', 'import', '+12125550144', null)
)
insert into leads (tenant_id, first_name, last_name, name, name_source, phone_e164, gender, status, created_at, updated_at)
select b.id, p.first_name, p.last_name, p.name, p.name_source, p.phone_e164, p.gender, 'new', @now, @now
from people p join business b on b.phone_number = p.business_phone;

insert into outbound_call_jobs (run_id, lead_id, business_id, status, lead_name)
select 1, l.id, l.tenant_id, 'queued', l.name from leads l;
