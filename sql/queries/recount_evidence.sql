-- Count the evidence of facts that may have lost some; those left without any are retracted. Of whom nothing has changed,
-- no new version is written.
-- $1 user_id text, $2 fact_ids uuid[], $3 reason text
with counted as (
    select wanted.fact_id, count(e.fact_id) as in_force
      from unnest($2::uuid[]) as wanted(fact_id)
      left join evidence e on e.user_id = $1 and e.fact_id = wanted.fact_id and e.withdrawn_at is null
     group by wanted.fact_id
)
update facts f
   set evidence_count = counted.in_force,
       state = case when counted.in_force = 0 then 'retracted' else f.state end,
       state_reason = case when counted.in_force = 0 then $3 else f.state_reason end,
       updated_at = now()
  from counted
 where f.user_id = $1 and f.fact_id = counted.fact_id and f.state <> 'retracted'
   and (counted.in_force = 0 or f.evidence_count <> counted.in_force)
