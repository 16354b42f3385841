-- Delete facts with their evidence and what was said of them.
-- $1 user_id text, $2 fact_ids uuid[]
with said as (
    delete from feedback
     where user_id = $1 and fact_id = any ($2::uuid[])
)
delete from facts
 where user_id = $1 and fact_id = any ($2::uuid[])
