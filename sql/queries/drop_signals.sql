-- Delete signals with their witnesses.
-- $1 user_id text, $2 signal_ids uuid[]
delete from signals
 where user_id = $1 and signal_id = any ($2::uuid[])
