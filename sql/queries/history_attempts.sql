-- How often some points were tried, with whatever text they held.
-- $1 user_id text, $2 collections text[], $3 point_ids text[]
select a.collection, a.point_id, a.content_hash, a.attempts, a.crashes, a.largest_batch, a.last_failure
  from unnest($2::text[], $3::text[]) as point(collection, point_id)
  join attempts a on a.user_id = $1 and a.collection = point.collection and a.point_id = point.point_id
