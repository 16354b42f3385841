-- Write what a run has done so far.
-- $1 run_id uuid, $2 report jsonb
update runs
   set report = $2
 where run_id = $1
