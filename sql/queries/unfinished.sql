-- Take up the user's open batch under a lease that is held, with the last answer that was stored for it.
-- $1 user_id text, $2 owner uuid, $3 fence bigint
with taken as (
    update open_batches o
       set fence = $3, resumed = o.resumed + (o.fence <> $3)::integer
      from users u
     where o.user_id = $1 and u.user_id = $1 and u.owner = $2 and u.fence = $3
    returning o.*
)
select taken.batch_id, taken.bot_name, taken.scope, taken.prompt_hash, taken.record, taken.resumed,
       call.answer, call.served_model, call.generation_id, call.cost_usd,
       call.prompt_tokens, call.completion_tokens, call.cached_tokens
  from taken
  left join lateral (
    select *
      from model_calls m
     where m.user_id = $1 and m.batch_id = taken.batch_id and m.answer is not null and m.failure is null
     order by m.ended_at desc
     limit 1
  ) call on true
