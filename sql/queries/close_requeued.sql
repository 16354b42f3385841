-- Forget that points were to be read again, because they have come to their end.
-- $1 user_id text, $2 collections text[], $3 point_ids text[]
delete from requeued r
 using unnest($2::text[], $3::text[]) as point(collection, point_id)
 where r.user_id = $1 and r.collection = point.collection and r.point_id = point.point_id
