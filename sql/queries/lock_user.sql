-- Lock a user's row for the rest of the transaction, as every commit of theirs does first.
-- $1 user_id text
select true
  from users
 where user_id = $1
   for update
