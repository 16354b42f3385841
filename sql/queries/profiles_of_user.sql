-- The profiles of a user by bot and scope, those that wait for their composition or all of them.
-- $1 user_id text, $2 all boolean
select bot_name, scope, new_messages, now() - composed_at as since, stale_since, last_active
  from user_profiles
 where user_id = $1 and ($2 or stale_since is not null or new_messages > 0)
 order by bot_name, scope
