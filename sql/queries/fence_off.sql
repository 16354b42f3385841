-- Take a user from whoever works for them: nothing of what they have in hand can be committed. Binds the transaction to
-- the user; no row for somebody who has none.
-- $1 user_id text
update users
   set owner = null, lease_until = null, claimed_at = null, fence = fence + 1
 where user_id = $1
returning set_config('enrichment.user_id', user_id, true) is not null
