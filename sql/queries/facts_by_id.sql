-- Facts by their ids, in any state.
-- $1 user_id text, $2 fact_ids uuid[]
select *
  from facts
 where user_id = $1 and fact_id = any ($2::uuid[])
