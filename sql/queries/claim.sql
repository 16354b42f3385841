-- Take a user that nobody holds; no row if somebody does, or if the user has no row yet. Never waits for a lock.
-- $1 user_id text, $2 owner uuid, $3 lease interval
with free as (
    select user_id
      from users
     where user_id = $1 and (owner is null or lease_until < clock_timestamp())
       for update skip locked
)
update users u
   set owner = $2, fence = u.fence + 1, claimed_at = clock_timestamp(), lease_until = clock_timestamp() + $3::interval
  from free
 where u.user_id = free.user_id
returning u.fence
