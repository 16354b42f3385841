-- What is recorded of points, each of one user: ends in force, whether it is to be read again, and the user's erasure.
-- $1 collections text[], $2 point_ids text[], $3 user_ids text[]
select p.collection, p.point_id, l.content_hash, l.outcome, l.reason, l.revision, l.settled_at is not null as settled,
       r.point_id is not null as requeued, t.erased_before
  from unnest($1::text[], $2::text[], $3::text[]) as p(collection, point_id, user_id)
  left join ledger l on l.user_id = p.user_id and l.collection = p.collection and l.point_id = p.point_id
                    and l.withdrawn_at is null
  left join requeued r on r.user_id = p.user_id and r.collection = p.collection and r.point_id = p.point_id
  left join tombstones t on t.user_hash = sha256(convert_to(p.user_id, 'UTF8'))
