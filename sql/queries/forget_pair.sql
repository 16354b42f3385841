-- Make room for a pair's new states, before they are written.
-- $1 user_id text, $2 bot_name text, $3 time timestamptz
with states as (
    delete from engine_states where user_id = $1 and bot_name = $2
), memories as (
    delete from memory_states where user_id = $1 and bot_name = $2
)
update engine_pairs
   set late = 0, dirty_since = null, rebuilt_at = $3, unreported = 0, last_message_at = null
 where user_id = $1 and bot_name = $2
