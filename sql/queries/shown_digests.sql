-- The latest digests of a user, for people to read.
-- $1 user_id text, $2 limit integer
select bot_name, scope, period, starts_on, title, summary_text, message_count, revision
  from period_digests
 where user_id = $1 and stale_since is null
 order by starts_on desc, period, bot_name, scope
 limit $2
