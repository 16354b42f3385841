-- All insights of a user, candidates and rejected ones too.
-- $1 user_id text
select insight_id, bot_name, scope, about, category, name, value, confidence, state, supporting_text
  from insights
 where user_id = $1
 order by bot_name, scope, state, confidence desc, insight_id
