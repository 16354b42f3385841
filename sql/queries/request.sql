-- Ask that a user be served at the next opportunity.
-- $1 user_id text
insert into users (user_id, requested_at)
values ($1, clock_timestamp())
on conflict (user_id) do update set requested_at = excluded.requested_at
