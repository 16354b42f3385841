-- Committed ends of one user that are not verified in the store yet, oldest first.
-- $1 user_id text, $2 limit integer, $3 collections to leave out text[]
select collection, point_id, outcome, reason, content_hash, revision
  from ledger
 where user_id = $1 and settled_at is null and withdrawn_at is null and collection <> all ($3::text[])
 order by committed_at
 limit $2
