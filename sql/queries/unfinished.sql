-- The user's open batch under a lease that is held, with the last answer that was stored for it, and how many batches
-- the process had in hand that died with it; 0 if it did not die.
-- $1 user_id text, $2 owner uuid, $3 fence bigint
select o.batch_id, o.bot_name, o.scope, o.prompt_hash, o.record, o.resumed, coalesce(d.in_hand, 0) as in_hand,
       call.answer, call.served_model, call.generation_id, call.cost_usd,
       call.prompt_tokens, call.completion_tokens, call.cached_tokens
  from open_batches o
  join users u on u.user_id = o.user_id and u.owner = $2 and u.fence = $3
  left join deaths d on d.owner = o.owner and d.owner <> $2 and d.found_at >= o.taken_at
  left join lateral (
    select *
      from model_calls m
     where m.user_id = $1 and m.batch_id = o.batch_id and m.answer is not null and m.failure is null
     order by m.ended_at desc
     limit 1
  ) call on true
 where o.user_id = $1
