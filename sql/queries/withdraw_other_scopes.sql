-- Withdraw what earlier readings of messages gave to other bots or scopes than the one they belong to now; returns the
-- facts that lost evidence by it.
-- $1 user_id text, $2 identities bytea[], $3 bot_name text, $4 scope text
update evidence e
   set withdrawn_at = now(), withdrawn_reason = 'reread'
  from facts f
 where e.user_id = $1 and e.identity = any ($2::bytea[]) and e.withdrawn_at is null
   and f.user_id = $1 and f.fact_id = e.fact_id and (f.bot_name, f.scope) <> ($3, $4)
returning e.fact_id
