-- Lock a user's lease for the rest of the transaction and bind the transaction to the user; a row only if the lease is
-- still ours and has not run out.
-- $1 user_id text, $2 owner uuid, $3 fence bigint
select set_config('enrichment.user_id', user_id, true) is not null
  from users
 where user_id = $1 and owner = $2 and fence = $3 and lease_until > clock_timestamp()
   for update
