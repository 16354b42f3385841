-- Some signals with all their witnesses; one without any is a row all the same.
-- $1 user_id text, $2 signal_ids uuid[]
select s.signal_id, s.kind, s.about, s.name_key, e.identity, e.name, e.value, e.quote, e.weight, e.said_at
  from signals s
  left join signal_evidence e on e.user_id = $1 and e.signal_id = s.signal_id
 where s.user_id = $1 and s.signal_id = any ($2::uuid[])
