-- Forget calls to the model that ended before a time, and batches as old that nothing rests on any more.
-- $1 user_id text, $2 the time timestamptz
with calls as (
    delete from model_calls
     where user_id = $1 and asked_at < $2 and ended_at is not null
    returning 1
), unused as (
    delete from batches b
     where b.user_id = $1 and b.committed_at < $2
       and not exists (select from facts f where f.user_id = $1 and f.batch_id = b.batch_id)
       and not exists (select from evidence e where e.user_id = $1 and e.batch_id = b.batch_id)
    returning 1
)
select (select count(*) from calls) as calls, (select count(*) from unused) as batches
