-- Write an engine's state for a user with a bot.
-- $1 user_id text, $2 bot_name text, $3 engine text, $4 version integer, $5 state bytea
insert into engine_states (user_id, bot_name, engine, version, state)
values ($1, $2, $3, $4, $5)
on conflict (user_id, bot_name, engine) do update
   set version = excluded.version, state = excluded.state, updated_at = now()
