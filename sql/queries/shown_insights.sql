-- The confirmed insights of a user that still hold, for people to read.
-- $1 user_id text, $2 limit integer
select bot_name, scope, about, category, subcategory, name, value, confidence, sample_size, supporting_text
  from insights
 where user_id = $1 and state = 'confirmed' and stale_since is null
 order by bot_name, scope, confidence desc, insight_id
 limit $2
