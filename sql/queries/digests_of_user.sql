-- All digests of a user.
-- $1 user_id text
select bot_name, scope, period, starts_on, parts
  from period_digests
 where user_id = $1
