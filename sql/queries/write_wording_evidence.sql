-- Keep with a wording what came in its words: withdrawn, because the fact that it is has it in force.
-- $1 user_id text, $2 fact_id uuid, $3 identity bytea, $4 collection text, $5 point_id text, $6 content_hash bytea,
-- $7 role text, $8 author text, $9 said_at timestamptz, $10 quote text, $11 certainty text,
-- $12 occurred_from timestamptz, $13 occurred_until timestamptz, $14 granularity text, $15 batch_id uuid
insert into evidence (user_id, fact_id, identity, collection, point_id, content_hash, role, author, said_at, quote,
                      certainty, occurred_from, occurred_until, granularity, batch_id, withdrawn_at, withdrawn_reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, now(), 'merged')
on conflict (user_id, fact_id, identity) do update
   set collection = excluded.collection, point_id = excluded.point_id, content_hash = excluded.content_hash,
       said_at = excluded.said_at, quote = excluded.quote, certainty = excluded.certainty,
       occurred_from = excluded.occurred_from, occurred_until = excluded.occurred_until,
       granularity = excluded.granularity, batch_id = excluded.batch_id
 where evidence.withdrawn_at is not null
