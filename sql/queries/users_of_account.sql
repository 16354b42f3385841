-- Whose account it is.
-- $1 account text
select user_id, confidence, last_at
  from enrichment_users_of_account($1)
