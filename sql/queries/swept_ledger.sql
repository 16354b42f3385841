-- Ends in force of a collection after a user's point, by user and point; all those of the last point with them.
-- $1 collection text, $2 user_id text ('' at first), $3 point_id text ('' at first), $4 limit integer
select user_id, point_id, content_hash, settled_at is not null as settled
  from ledger
 where (user_id, collection, point_id) > ($2, $1, $3) and collection = $1 and withdrawn_at is null
 order by user_id, collection, point_id
 fetch first ($4::integer) rows with ties
