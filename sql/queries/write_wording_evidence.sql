-- Keep with wordings what came in their words: withdrawn, because the facts that they are have it in force.
-- $1 user_id text, $2 batch_id uuid, then arrays in which each has one place, no two with the same fact and identity:
-- $3 fact_id uuid[], $4 identity bytea[], $5 collection text[], $6 point_id text[], $7 content_hash bytea[],
-- $8 role text[], $9 author text[], $10 said_at timestamptz[], $11 quote text[], $12 certainty text[],
-- $13 occurred_from timestamptz[], $14 occurred_until timestamptz[], $15 granularity text[]
insert into evidence (user_id, batch_id, withdrawn_at, withdrawn_reason, fact_id, identity, collection, point_id,
                      content_hash, role, author, said_at, quote, certainty, occurred_from, occurred_until, granularity)
select $1, $2, now(), 'merged', one.*
  from unnest($3::uuid[], $4::bytea[], $5::text[], $6::text[], $7::bytea[], $8::text[], $9::text[], $10::timestamptz[],
              $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::text[]) as one
on conflict (user_id, fact_id, identity) do update
   set collection = excluded.collection, point_id = excluded.point_id, content_hash = excluded.content_hash,
       said_at = excluded.said_at, quote = excluded.quote, certainty = excluded.certainty,
       occurred_from = excluded.occurred_from, occurred_until = excluded.occurred_until,
       granularity = excluded.granularity, batch_id = excluded.batch_id
 where evidence.withdrawn_at is not null
