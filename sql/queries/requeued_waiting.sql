-- Points that are to be read again and that the store has not been seen to call pending, oldest first.
-- $1 limit integer
select collection, point_id
  from requeued
 where reopened_at is null
 order by asked_at
 limit $1
