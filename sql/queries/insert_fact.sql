-- Write a new fact.
-- $1 user_id text, $2 fact_id uuid, $3 bot_name text, $4 scope text, $5 category text, $6 statement text,
-- $7 subject text, $8 predicate text, $9 qualifier text, $10 object text, $11 object_key text, $12 state text,
-- $13 state_reason text, $14 confidence double precision, $15 certainty text, $16 evidence_count integer,
-- $17 said_at timestamptz, $18 occurred_from timestamptz, $19 occurred_until timestamptz, $20 granularity text,
-- $21 valid_from timestamptz, $22 valid_until timestamptz, $23 superseded_by uuid, $24 method text,
-- $25 likeness text, $26 lasts_from timestamptz, $27 expires_at timestamptz, $28 pipeline_version integer,
-- $29 batch_id uuid, $30 source_collection text
insert into facts (user_id, fact_id, bot_name, scope, category, statement, subject, predicate, qualifier, object,
                   object_key, state, state_reason, confidence, certainty, evidence_count, said_at, occurred_from,
                   occurred_until, granularity, valid_from, valid_until, superseded_by, method, likeness,
                   lasts_from, expires_at, pipeline_version, batch_id, source_collection)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
        $25, $26, $27, $28, $29, $30)
