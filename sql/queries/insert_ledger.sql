-- Write that points have come to their end, and forget that they were to be read again; violates a key if another end of
-- the same text is in force.
-- $1 user_id text, $2 pipeline_version integer, $3 batch_id uuid, then arrays in which each point has one place:
-- $4 collection text[], $5 point_id text[], $6 content_hash bytea[], $7 identity bytea[], $8 bot_name text[],
-- $9 session_id uuid[], $10 said_at timestamptz[] (NULL: now), $11 outcome text[], $12 reason text[],
-- $13 revision text[], $14 truncated boolean[]
with read_again as (
    delete from requeued r
     using unnest($4::text[], $5::text[]) as point(collection, point_id)
     where r.user_id = $1 and r.collection = point.collection and r.point_id = point.point_id
)
insert into ledger (user_id, collection, point_id, content_hash, pipeline_version, read_number, identity, bot_name,
                    session_id, said_at, batch_id, outcome, reason, revision, truncated)
select $1, one.collection, one.point_id, one.content_hash, $2, 1 + coalesce(before.readings, 0), one.identity,
       one.bot_name, one.session_id, coalesce(one.said_at, now()), $3, one.outcome, one.reason, one.revision,
       one.truncated
  from unnest($4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::text[], $9::uuid[], $10::timestamptz[],
              $11::text[], $12::text[], $13::text[], $14::boolean[])
       as one(collection, point_id, content_hash, identity, bot_name, session_id, said_at, outcome, reason, revision,
              truncated)
 cross join lateral (
    select max(l.read_number) as readings
      from ledger l
     where l.user_id = $1 and l.collection = one.collection and l.point_id = one.point_id
       and l.content_hash = one.content_hash and l.pipeline_version = $2
 ) as before
