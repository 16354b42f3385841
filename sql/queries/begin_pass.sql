-- Become the collection's planner; no row if another one is alive. Pass numbers are never used twice.
-- $1 collection text, $2 owner uuid, $3 lease interval
insert into plan_passes as p (collection, owner, lease_until, next_pass)
values ($1, $2, clock_timestamp() + $3::interval, 2)
on conflict (collection) do update
   set owner = excluded.owner, lease_until = excluded.lease_until, next_pass = p.next_pass + 1
 where p.owner is null or p.lease_until < clock_timestamp()
returning next_pass - 1
