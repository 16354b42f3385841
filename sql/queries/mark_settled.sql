-- Note that ends were verified in the store.
-- $1 collections text[], $2 point_ids text[], $3 content_hashes bytea[]
update ledger l
   set settled_at = now()
  from unnest($1::text[], $2::text[], $3::bytea[]) as done(collection, point_id, content_hash)
 where l.collection = done.collection and l.point_id = done.point_id and l.content_hash = done.content_hash
   and l.settled_at is null and l.withdrawn_at is null
