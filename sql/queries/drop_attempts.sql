-- Forget the attempts of points that have come to their end.
-- $1 user_id text, $2 collections text[], $3 point_ids text[]
delete from attempts a
 using unnest($2::text[], $3::text[]) as point(collection, point_id)
 where a.user_id = $1 and a.collection = point.collection and a.point_id = point.point_id
