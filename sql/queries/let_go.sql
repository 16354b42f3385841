-- Close a user's open batch if no answer to it is stored, and take its attempt back for each of its messages: whoever
-- asks is alive, and finds the lease lost.
-- $1 user_id text
with closed as (
    delete from open_batches o
     where o.user_id = $1
       and not exists (
            select 1
              from model_calls m
             where m.user_id = $1 and m.batch_id = o.batch_id and m.answer is not null and m.failure is null)
    returning o.record
), message as (
    select stored -> 'points' -> 0 ->> 0 as collection, stored -> 'points' -> 0 ->> 1 as point_id,
           decode(stored ->> 'hash', 'hex') as content_hash
      from closed, jsonb_array_elements(closed.record -> 'windows') as read,
           jsonb_array_elements(read -> 'messages') as stored
)
update attempts a
   set attempts = greatest(a.attempts - 1, 0), updated_at = now()
  from message
 where a.user_id = $1 and a.collection = message.collection and a.point_id = message.point_id
   and a.content_hash = message.content_hash
