-- What a user's signals say and rest on, for looking for words in it.
-- $1 user_id text
select s.signal_id, s.kind, s.name, s.name_key, s.value, coalesce(string_agg(e.quote, E'\n'), '') as quotes
  from signals s
  left join signal_evidence e on e.user_id = $1 and e.signal_id = s.signal_id
 where s.user_id = $1
 group by s.signal_id, s.kind, s.name, s.name_key, s.value
