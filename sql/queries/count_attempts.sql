-- Count an attempt for each message.
-- $1 user_id text, $2 collections text[], $3 point_ids text[], $4 content_hashes bytea[]
insert into attempts as a (user_id, collection, point_id, content_hash, attempts)
select $1, collection, point_id, content_hash, 1
  from unnest($2::text[], $3::text[], $4::bytea[]) as message(collection, point_id, content_hash)
on conflict (user_id, collection, point_id, content_hash) do update
   set attempts = a.attempts + 1, updated_at = now()
