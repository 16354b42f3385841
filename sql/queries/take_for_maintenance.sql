-- Lock a user for this transaction and bind it to them, without taking them from whoever works for them; no row for
-- somebody who was erased.
-- $1 user_id text
select set_config('enrichment.user_id', user_id, true) is not null
  from users
 where user_id = $1
   for update
