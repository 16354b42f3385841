-- How the runs on record ended, by what started them; a run without an end is under way, or died.
select trigger,
       coalesce(result, 'running') as result,
       count(*) as runs,
       max(finished_at) as finished_at,
       (array_agg(extract(epoch from finished_at - started_at)::float8 order by finished_at desc nulls last))[1] as seconds
  from runs
 group by trigger, coalesce(result, 'running')
