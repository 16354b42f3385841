-- The ledger rows in force of some points, and of every point that shares an identity with them.
-- $1 user_id text, $2 identities bytea[], $3 collections text[], $4 point_ids text[]
select l.collection, l.point_id, l.identity, l.content_hash, l.outcome, l.reason, l.settled_at is not null as settled,
       l.session_id
  from ledger l
 where l.user_id = $1 and l.identity = any ($2::bytea[]) and l.withdrawn_at is null
union
select l.collection, l.point_id, l.identity, l.content_hash, l.outcome, l.reason, l.settled_at is not null as settled,
       l.session_id
  from unnest($3::text[], $4::text[]) as point(collection, point_id)
  join ledger l on l.user_id = $1 and l.collection = point.collection and l.point_id = point.point_id
               and l.withdrawn_at is null
 order by collection, point_id, content_hash
