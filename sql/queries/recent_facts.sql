-- A user's most recent active facts with one bot in one scope, as far as choosing among them needs.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 limit integer
select fact_id, statement, predicate
  from facts
 where user_id = $1 and bot_name = $2 and scope = $3 and state = 'active' and (expires_at is null or expires_at > now())
 order by updated_at desc, fact_id
 limit $4
