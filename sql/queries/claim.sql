-- Take a user that nobody holds; no row if somebody does, or if the user has no row yet. Never waits for a lock on a
-- user. Whoever let the lease run out has died, and what they had in hand is counted before anybody closes it.
-- $1 user_id text, $2 owner uuid, $3 lease interval
with free as (
    select user_id, owner, claimed_at
      from users
     where user_id = $1 and (owner is null or lease_until < clock_timestamp())
       for update skip locked
), died as (
    insert into deaths as d (owner, in_hand)
    select free.owner, (select count(*) from open_batches o where o.owner = free.owner)
      from free
     where free.owner is not null and free.owner <> $2
    on conflict (owner) do update
       set in_hand = excluded.in_hand, found_at = excluded.found_at
     -- Only stalled when it was found last, and died since.
     where d.found_at < (select claimed_at from free)
)
update users u
   set owner = $2, fence = u.fence + 1, claimed_at = clock_timestamp(), lease_until = clock_timestamp() + $3::interval
  from free
 where u.user_id = free.user_id
returning u.fence
