-- Committed ends of all users that are not verified in the store yet, oldest first.
-- $1 limit integer, $2 collections to leave out text[]
select collection, point_id, outcome, reason, content_hash, revision
  from ledger
 where settled_at is null and withdrawn_at is null and collection <> all ($2::text[])
 order by committed_at
 limit $1
