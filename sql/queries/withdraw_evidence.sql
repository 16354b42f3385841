-- Withdraw messages' evidence for facts.
-- $1 user_id text, then arrays in which each has one place: $2 fact_id uuid[], $3 identity bytea[], $4 reason text[]
update evidence e
   set withdrawn_at = now(), withdrawn_reason = gone.reason
  from unnest($2::uuid[], $3::bytea[], $4::text[]) as gone(fact_id, identity, reason)
 where e.user_id = $1 and e.fact_id = gone.fact_id and e.identity = gone.identity and e.withdrawn_at is null
