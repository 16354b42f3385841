-- Take an attempt back for each message.
-- $1 user_id text, $2 collections text[], $3 point_ids text[], $4 content_hashes bytea[]
update attempts a
   set attempts = greatest(a.attempts - 1, 0), updated_at = now()
  from unnest($2::text[], $3::text[], $4::bytea[]) as message(collection, point_id, content_hash)
 where a.user_id = $1 and a.collection = message.collection and a.point_id = message.point_id
   and a.content_hash = message.content_hash
