-- Take a kind of refresh pass if it is time, for as long as passes of the kind are apart.
-- $1 name text, $2 time timestamptz, $3 time between passes interval
insert into refreshes as r (name, next_at)
values ($1, $2::timestamptz + $3::interval)
on conflict (name) do update
   set next_at = excluded.next_at
 where r.next_at <= $2::timestamptz
returning name
