-- What must not be remembered of a user.
-- $1 user_id text
select words, claim_hash
  from forbidden
 where user_id = $1
 order by made_at, rule_id
