-- Forget runs and deaths of long ago, and of the runs all but the latest.
-- $1 age interval, $2 most integer
with old as (
    delete from deaths
     where found_at < now() - $1::interval
)
delete from runs
 where started_at < now() - $1::interval
    or run_id in (select run_id from runs order by started_at desc, run_id offset $2)
