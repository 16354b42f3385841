-- Delete states of engines that keep words of a user, and want the pairs rebuilt without waiting for a day to pass.
-- $1 user_id text, $2 engines text[]
with states as (
    delete from engine_states where user_id = $1 and engine = any ($2::text[])
)
update engine_pairs
   set dirty_since = coalesce(dirty_since, now()), rebuilt_at = null
 where user_id = $1
