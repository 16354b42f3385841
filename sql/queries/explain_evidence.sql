-- All that a fact has ever rested on, with the batch that read it; earliest first.
-- $1 user_id text, $2 fact_id uuid
select e.collection, e.point_id, e.role, e.author, e.said_at, e.quote, e.certainty, e.recorded_at, e.withdrawn_at,
       e.withdrawn_reason, e.batch_id, b.prompt_hash, b.model, b.pipeline_version, b.committed_at
  from evidence e
  left join batches b on b.user_id = e.user_id and b.batch_id = e.batch_id
 where e.user_id = $1 and e.fact_id = $2
 order by e.said_at, e.identity
