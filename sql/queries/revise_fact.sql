-- Change what a batch may change of a known fact. What feedback has retracted in the meantime stays retracted.
-- $1 user_id text, $2 fact_id uuid, $3 category text, $4 statement text, $5 object text, $6 object_key text,
-- $7 state text, $8 state_reason text, $9 confidence double precision, $10 certainty text, $11 evidence_count integer,
-- $12 said_at timestamptz, $13 occurred_from timestamptz, $14 occurred_until timestamptz, $15 granularity text,
-- $16 valid_from timestamptz, $17 valid_until timestamptz, $18 superseded_by uuid, $19 lasts_from timestamptz,
-- $20 expires_at timestamptz
update facts
   set category = $3, statement = $4, object = $5, object_key = $6, state = $7, state_reason = $8, confidence = $9,
       certainty = $10, evidence_count = $11, said_at = $12, occurred_from = $13, occurred_until = $14,
       granularity = $15, valid_from = $16, valid_until = $17, superseded_by = $18, lasts_from = $19,
       expires_at = $20, updated_at = now()
 where user_id = $1 and fact_id = $2 and not (state = 'retracted' and state_reason is not distinct from 'feedback')
