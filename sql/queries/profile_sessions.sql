-- When the latest sessions began: at which hours somebody writes.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 limit integer
select s.started_at
  from enrichment_visible($1, $2, $3) v
  cross join lateral (
    select started_at
      from sessions
     where sessions.user_id = $1 and sessions.bot_name = v.bot_name and sessions.scope = v.scope
     order by sessions.ended_at desc
     limit $4
  ) s
