-- Lock the users whose points were lost before they were settled, in order; returns them.
-- $1 collections text[], $2 point_ids text[], $3 content_hashes bytea[]
select u.user_id
  from users u
 where u.user_id in (
        select l.user_id
          from unnest($1::text[], $2::text[], $3::bytea[]) as lost(collection, point_id, content_hash)
          join ledger l on l.collection = lost.collection and l.point_id = lost.point_id
                       and l.content_hash = lost.content_hash and l.settled_at is null and l.withdrawn_at is null)
 order by u.user_id
   for update
