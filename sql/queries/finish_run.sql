-- Write how a run ended.
-- $1 run_id uuid, $2 result text, $3 report jsonb
update runs
   set finished_at = now(), result = $2, report = $3
 where run_id = $1
