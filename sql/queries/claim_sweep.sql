-- Take the next slice of a collection's sweep if it is time, for as long as slices are apart.
-- $1 collection text, $2 time between slices interval
insert into sweeps as s (collection, next_at)
values ($1, clock_timestamp() + $2::interval)
on conflict (collection) do update
   set next_at = excluded.next_at
 where s.next_at <= clock_timestamp()
returning phase, after
