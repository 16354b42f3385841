-- Note why each message's batch failed and how large its next one may be; returns the crashes of each.
-- $1 user_id text, $2 collections text[], $3 point_ids text[], $4 content_hashes bytea[],
-- $5 largest_batch integer (NULL: as large as before), $6 failure text,
-- $7 crashes integer (1 if the process died), $8 crashes_alone integer (1 if it had no other message in hand),
-- $9 died_at timestamptz
update attempts a
   set largest_batch = least(a.largest_batch, $5::integer),
       crashes = a.crashes + $7::integer,
       crashes_alone = a.crashes_alone + $8::integer,
       crashed_since = least(a.crashed_since, $9::timestamptz),
       last_failure = $6,
       updated_at = now()
  from unnest($2::text[], $3::text[], $4::bytea[]) as message(collection, point_id, content_hash)
 where a.user_id = $1 and a.collection = message.collection and a.point_id = message.point_id
   and a.content_hash = message.content_hash
returning a.crashes, a.crashes_alone, a.crashed_since
