-- Change what a batch may change of known facts. What feedback has retracted in the meantime stays retracted.
-- $1 user_id text, then arrays in which each fact has one place: $2 fact_id uuid[], $3 category text[],
-- $4 statement text[], $5 object text[], $6 object_key text[], $7 state text[], $8 state_reason text[],
-- $9 confidence double precision[], $10 certainty text[], $11 evidence_count integer[], $12 said_at timestamptz[],
-- $13 occurred_from timestamptz[], $14 occurred_until timestamptz[], $15 granularity text[],
-- $16 valid_from timestamptz[], $17 valid_until timestamptz[], $18 superseded_by uuid[], $19 lasts_from timestamptz[],
-- $20 expires_at timestamptz[]
update facts f
   set category = one.category, statement = one.statement, object = one.object, object_key = one.object_key,
       state = one.state, state_reason = one.state_reason, confidence = one.confidence, certainty = one.certainty,
       evidence_count = one.evidence_count, said_at = one.said_at, occurred_from = one.occurred_from,
       occurred_until = one.occurred_until, granularity = one.granularity, valid_from = one.valid_from,
       valid_until = one.valid_until, superseded_by = one.superseded_by, lasts_from = one.lasts_from,
       expires_at = one.expires_at, updated_at = now()
  from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::double precision[], $10::text[], $11::integer[], $12::timestamptz[], $13::timestamptz[],
              $14::timestamptz[], $15::text[], $16::timestamptz[], $17::timestamptz[], $18::uuid[], $19::timestamptz[],
              $20::timestamptz[])
       as one(fact_id, category, statement, object, object_key, state, state_reason, confidence, certainty,
              evidence_count, said_at, occurred_from, occurred_until, granularity, valid_from, valid_until,
              superseded_by, lasts_from, expires_at)
 where f.user_id = $1 and f.fact_id = one.fact_id
   and not (f.state = 'retracted' and f.state_reason is not distinct from 'feedback')
