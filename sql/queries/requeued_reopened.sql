-- Note that the store calls points pending again.
-- $1 collections text[], $2 point_ids text[]
update requeued r
   set reopened_at = clock_timestamp()
  from unnest($1::text[], $2::text[]) as point(collection, point_id)
 where r.collection = point.collection and r.point_id = point.point_id
