-- Bind the transaction to a user: row-level security lets it write nobody else's rows.
-- $1 user_id text
select set_config('enrichment.user_id', $1, true)
