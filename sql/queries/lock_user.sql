-- Lock a user's row for the rest of the transaction, as every commit of theirs does first, and bind the transaction to
-- the user.
-- $1 user_id text
select set_config('enrichment.user_id', user_id, true) is not null
  from users
 where user_id = $1
   for update
