-- Write what came of it.
-- $1 action_id uuid, $2 outcome text, $3 counts jsonb
update admin_actions
   set outcome = $2, counts = $3, ended_at = clock_timestamp()
 where action_id = $1
