-- Write that a point has come to its end; violates a key if another end of the same text is in force.
-- $1 user_id text, $2 collection text, $3 point_id text, $4 content_hash bytea, $5 pipeline_version integer,
-- $6 identity bytea, $7 bot_name text, $8 session_id uuid, $9 said_at timestamptz (NULL: now), $10 batch_id uuid,
-- $11 outcome text, $12 reason text, $13 revision text, $14 truncated boolean
insert into ledger (user_id, collection, point_id, content_hash, pipeline_version, read_number, identity, bot_name,
                    session_id, said_at, batch_id, outcome, reason, revision, truncated)
select $1, $2, $3, $4, $5, 1 + coalesce(max(read_number), 0), $6::bytea, $7, $8::uuid, coalesce($9::timestamptz, now()),
       $10::uuid, $11, $12, $13, $14
  from ledger
 where user_id = $1 and collection = $2 and point_id = $3 and content_hash = $4 and pipeline_version = $5
