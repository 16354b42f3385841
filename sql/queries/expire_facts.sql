-- Note which facts of a user are over by now.
-- $1 user_id text
update facts
   set state = 'expired', updated_at = now()
 where user_id = $1 and state = 'active' and expires_at <= now()
