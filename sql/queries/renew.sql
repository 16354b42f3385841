-- Prolong a lease from now on; no row if it has gone to somebody else.
-- $1 user_id text, $2 owner uuid, $3 fence bigint, $4 lease interval
update users
   set lease_until = clock_timestamp() + $4::interval
 where user_id = $1 and owner = $2 and fence = $3
returning fence
