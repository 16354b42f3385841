-- Withdraw one message's evidence for a fact.
-- $1 user_id text, $2 fact_id uuid, $3 identity bytea, $4 reason text
update evidence
   set withdrawn_at = now(), withdrawn_reason = $4
 where user_id = $1 and fact_id = $2 and identity = $3 and withdrawn_at is null
