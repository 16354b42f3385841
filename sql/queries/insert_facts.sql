-- Write new facts; each has one place in all the arrays.
-- $1 user_id text, $2 pipeline_version integer, $3 batch_id uuid, $4 fact_id uuid[], $5 bot_name text[],
-- $6 scope text[], $7 category text[], $8 statement text[], $9 subject text[], $10 predicate text[],
-- $11 qualifier text[], $12 object text[], $13 object_key text[], $14 state text[], $15 state_reason text[],
-- $16 confidence double precision[], $17 certainty text[], $18 evidence_count integer[], $19 said_at timestamptz[],
-- $20 occurred_from timestamptz[], $21 occurred_until timestamptz[], $22 granularity text[],
-- $23 valid_from timestamptz[], $24 valid_until timestamptz[], $25 superseded_by uuid[], $26 method text[],
-- $27 likeness text[], $28 lasts_from timestamptz[], $29 expires_at timestamptz[], $30 source_collection text[]
insert into facts (user_id, pipeline_version, batch_id, fact_id, bot_name, scope, category, statement, subject,
                   predicate, qualifier, object, object_key, state, state_reason, confidence, certainty,
                   evidence_count, said_at, occurred_from, occurred_until, granularity, valid_from, valid_until,
                   superseded_by, method, likeness, lasts_from, expires_at, source_collection)
select $1, $2, $3, one.*
  from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
              $12::text[], $13::text[], $14::text[], $15::text[], $16::double precision[], $17::text[],
              $18::integer[], $19::timestamptz[], $20::timestamptz[], $21::timestamptz[], $22::text[],
              $23::timestamptz[], $24::timestamptz[], $25::uuid[], $26::text[], $27::text[], $28::timestamptz[],
              $29::timestamptz[], $30::text[]) as one
