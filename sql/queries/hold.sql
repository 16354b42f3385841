-- Lock a user's lease for the rest of the transaction; a row only if it is still ours and has not run out.
-- $1 user_id text, $2 owner uuid, $3 fence bigint
select true
  from users
 where user_id = $1 and owner = $2 and fence = $3 and lease_until > clock_timestamp()
   for update
