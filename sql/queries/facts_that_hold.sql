-- Those of some facts that are still active.
-- $1 user_id text, $2 fact_ids uuid[]
select fact_id
  from facts
 where user_id = $1 and fact_id = any ($2::uuid[]) and state = 'active'
