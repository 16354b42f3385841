-- Take a user that was never seen before; no row if there is one by now.
-- $1 user_id text, $2 owner uuid, $3 lease interval
insert into users (user_id, owner, fence, claimed_at, lease_until)
values ($1, $2, 1, clock_timestamp(), clock_timestamp() + $3::interval)
on conflict (user_id) do nothing
returning fence
