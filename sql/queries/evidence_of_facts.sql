-- The evidence in force of some facts, earliest first.
-- $1 user_id text, $2 fact_ids uuid[]
select *
  from evidence
 where user_id = $1 and fact_id = any ($2::uuid[]) and withdrawn_at is null
 order by said_at, identity
