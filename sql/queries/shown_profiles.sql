-- The profiles of a user, for people to read.
-- $1 user_id text
select bot_name, scope, summary, traits, interests, entities, preferences, work, language, timezone, timezone_from,
       platform_ids, first_seen, last_active, version, new_messages, composed_at, stale_since
  from user_profiles
 where user_id = $1
 order by bot_name, scope
