-- Calls to the model with the batches that they were for, the latest first.
-- $1 user_id text (NULL: of anybody), $2 limit integer, $3 offset integer
select c.user_id, c.call_id, c.batch_id, c.model, c.served_model, c.messages, c.prompt_tokens, c.completion_tokens,
       c.cached_tokens, coalesce(c.cost_usd, c.reserved_usd) as usd, c.cost_usd is null as is_reserved, c.failure,
       c.asked_at, c.ended_at, b.bot_name, b.prompt_hash, b.pipeline_version, b.facts_new, b.facts_confirmed,
       b.facts_superseded, b.summaries, b.refused, b.committed_at,
       exists (select from open_batches o where o.user_id = c.user_id and o.batch_id = c.batch_id) as is_open
  from (
    select *
      from model_calls
     where $1::text is null or user_id = $1
     order by asked_at desc, call_id
     limit $2 offset $3
  ) c
  left join batches b on b.user_id = c.user_id and b.batch_id = c.batch_id
 order by c.asked_at desc, c.call_id
