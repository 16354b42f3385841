-- Forget the user's open batch, its answers and the attempts at it, whoever opened it.
-- $1 user_id text
with closed as (
    delete from open_batches
     where user_id = $1
    returning batch_id
), tried as (
    delete from attempts
     where user_id = $1
)
update model_calls m
   set answer = null
  from closed
 where m.user_id = $1 and m.batch_id = closed.batch_id
