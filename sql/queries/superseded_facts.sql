-- The facts that another one put an end to.
-- $1 user_id text, $2 fact_ids uuid[]
select *
  from facts
 where user_id = $1 and superseded_by = any ($2::uuid[])
