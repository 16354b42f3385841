-- Write what signals say now.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 signals jsonb
insert into signals as s (user_id, bot_name, scope, signal_id, kind, about, name, name_key, value, confidence, sample_size,
                          strength, quote, first_at, last_at)
select $1, $2, $3, said.*
  from jsonb_to_recordset($4) as said(signal_id uuid, kind text, about text, name text, name_key text, value text,
                                      confidence double precision, sample_size integer, strength double precision,
                                      quote text, first_at timestamptz, last_at timestamptz)
on conflict (user_id, signal_id) do update
   set name = excluded.name, value = excluded.value, confidence = excluded.confidence,
       sample_size = excluded.sample_size, strength = excluded.strength, quote = excluded.quote,
       first_at = excluded.first_at, last_at = excluded.last_at
