-- Another point in force of each of some texts, of those that have one beside the points named.
-- $1 user_id text, $2 identities bytea[], $3 content_hashes bytea[], $4 collections text[] and $5 point_ids text[] to
-- leave out
select distinct on (l.identity, l.content_hash) l.identity, l.content_hash, l.collection, l.point_id
  from unnest($2::bytea[], $3::bytea[]) as text(identity, content_hash)
  join ledger l on l.user_id = $1 and l.identity = text.identity and l.content_hash = text.content_hash
               and l.withdrawn_at is null
 where not exists (select 1 from unnest($4::text[], $5::text[]) as point(collection, point_id)
                    where point.collection = l.collection and point.point_id = l.point_id)
 order by l.identity, l.content_hash, l.collection, l.point_id
