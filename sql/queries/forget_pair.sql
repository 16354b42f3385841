-- Make room for new states of a pair, before they are written.
-- $1 user_id text, $2 bot_name text, $3 time timestamptz, $4 engines text[], $5 that is all of them boolean
with states as (
    delete from engine_states where user_id = $1 and bot_name = $2 and engine = any ($4::text[])
), memories as (
    delete from memory_states where user_id = $1 and bot_name = $2
)
update engine_pairs
   set late = case when $5::boolean then 0 else late end,
       dirty_since = case when $5::boolean then null else dirty_since end,
       rebuilt_at = case when $5::boolean then $3::timestamptz else rebuilt_at end
 where user_id = $1 and bot_name = $2
