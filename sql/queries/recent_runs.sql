-- Runs with their reports, the latest first.
-- $1 limit integer, $2 offset integer
select run_id, trigger, owner, started_at, finished_at, result, report
  from runs
 order by started_at desc, run_id
 limit $1 offset $2
