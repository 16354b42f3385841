-- The sessions in which facts were said.
-- $1 user_id text, $2 fact_ids uuid[]
select distinct l.session_id
  from evidence e
  join ledger l on l.user_id = $1 and l.collection = e.collection and l.point_id = e.point_id
 where e.user_id = $1 and e.fact_id = any ($2::uuid[]) and l.session_id is not null
