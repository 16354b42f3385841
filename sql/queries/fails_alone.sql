-- Whether the last three batches of a user in a row, this one among them, got no answer, while others got one in between.
-- $1 user_id text, $2 batch_id uuid, $3 failures text[]
with unanswered as (
    select batch_id, min(asked_at) as began_at
      from model_calls
     where user_id = $1 and failure = any($3::text[])
       and asked_at > coalesce((select max(asked_at)
                                  from model_calls
                                 where user_id = $1 and failure is null and ended_at is not null), '-infinity')
     group by batch_id
     order by min(asked_at) desc
     limit 3
), following as (
    select batch_id, began_at, lag(began_at) over (order by began_at) as before
      from unanswered
)
select count(*) = 3
       and bool_or(batch_id = $2)
       and count(*) filter (where exists (
             select 1
               from model_calls other
              where other.user_id <> $1 and other.failure is null
                and other.ended_at > following.before and other.ended_at <= following.began_at
                -- Says the same of calls that end within an hour, and has an index.
                and other.asked_at > following.before - interval '1 hour'
                and other.asked_at <= following.began_at)) = 2
  from following
