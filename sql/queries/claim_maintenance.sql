-- Take the next slice of the background pass if it is time and nobody else has it; the lease ends by itself.
-- $1 job text, $2 owner uuid, $3 lease interval
insert into maintenance as m (job, owner, lease_until)
values ($1, $2, clock_timestamp() + $3::interval)
on conflict (job) do update
   set owner = excluded.owner, lease_until = excluded.lease_until
 where m.next_at <= clock_timestamp() and (m.lease_until is null or m.lease_until < clock_timestamp())
returning after, counts
