-- Note that points that are to be read again were called done by somebody who had not heard of it.
-- $1 collections text[], $2 point_ids text[]
update requeued r
   set reopened_at = null
  from unnest($1::text[], $2::text[]) as point(collection, point_id)
 where r.collection = point.collection and r.point_id = point.point_id and r.reopened_at is not null
