-- Store how a call ended; the first ending turns its reservation into what it cost. Doing it twice is harmless. The answer
-- is kept only while its batch is open.
-- $1 user_id text, $2 call_id uuid, $3 answer text, $4 failure text, $5 served_model text, $6 generation_id text,
-- $7 cost_usd numeric (NULL: nobody knows), $8 prompt_tokens integer, $9 completion_tokens integer,
-- $10 cached_tokens integer
with call as (
    select *
      from model_calls
     where user_id = $1 and call_id = $2
       for update
), batch as (
    select o.batch_id
      from open_batches o
      join call on o.user_id = call.user_id and o.batch_id = call.batch_id
       for key share of o
), closed as (
    update model_calls m
       set answer = case when $4::text is null and exists (select from batch) then $3 end,
           failure = $4,
           served_model = coalesce($5, m.served_model),
           generation_id = coalesce($6, m.generation_id),
           cost_usd = case when m.ended_at is null then $7 else m.cost_usd end,
           prompt_tokens = coalesce($8, m.prompt_tokens),
           completion_tokens = coalesce($9, m.completion_tokens),
           cached_tokens = coalesce($10, m.cached_tokens),
           ended_at = coalesce(m.ended_at, clock_timestamp())
      from call
     where m.user_id = call.user_id and m.call_id = call.call_id
), locked as (
    select b.budget_key, call.reserved_usd
      from budgets b
      join call on b.budget_key = any (call.budget_keys) and call.ended_at is null
     order by b.budget_key
       for update of b
)
-- A cost that nobody knows counts as what was reserved for it.
update budgets b
   set reserved_usd = b.reserved_usd - locked.reserved_usd,
       spent_usd = b.spent_usd + coalesce($7::numeric, locked.reserved_usd)
  from locked
 where b.budget_key = locked.budget_key
