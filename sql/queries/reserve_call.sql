-- Write the row of a request that is about to be sent.
-- $1 user_id text, $2 call_id uuid, $3 batch_id uuid, $4 model text, $5 budget_keys text[], $6 reserved_usd numeric,
-- $7 messages integer
insert into model_calls (user_id, call_id, batch_id, model, budget_keys, reserved_usd, messages)
values ($1, $2, $3, $4, $5, $6, $7)
