-- Write the row of a call that is about to be made.
-- $1 user_id text, $2 call_id uuid, $3 batch_id uuid, $4 model text, $5 budget_keys text[], $6 reserved_usd numeric
insert into model_calls (user_id, call_id, batch_id, model, budget_keys, reserved_usd)
values ($1, $2, $3, $4, $5, $6)
