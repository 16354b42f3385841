-- How many processes have died since, those included whose leases have run out and were not found yet.
-- $1 since timestamptz
select count(*)
  from (select owner from deaths where found_at >= $1
         union
        select owner from users where owner is not null and lease_until < clock_timestamp()) as dead
