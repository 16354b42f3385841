-- Drop a digest that has no part left.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 period text, $5 starts_on date
delete from period_digests
 where user_id = $1 and bot_name = $2 and scope = $3 and period = $4 and starts_on = $5
