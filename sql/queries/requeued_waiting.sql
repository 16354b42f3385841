-- Points that are to be read again and that the store has not been seen to call pending, or that a later look has not
-- found pending any more: these are gone, as a rule. Oldest first.
-- $1 limit integer
with missed as (
    select r.collection, r.point_id
      from requeued r
      join plan_passes p on p.collection = r.collection and p.planned_at > r.reopened_at
    except
    select b.collection, unnest(b.point_ids)
      from backlog b
      join plan_passes p on p.collection = b.collection and p.current_pass = b.pass
     where b.user_id in (select user_id from requeued)
)
select r.collection, r.point_id
  from requeued r
 where r.reopened_at is null
    or (r.collection, r.point_id) in (select missed.collection, missed.point_id from missed)
 order by r.asked_at
 limit $1
