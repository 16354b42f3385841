-- What the engines keep of a pair, in one row: their states, the late messages, and the sums of the bot's pairs.
-- $1 user_id text, $2 bot_name text, $3 engines whose sums are wanted text[]
select coalesce(p.late, 0) as late, s.engines, s.versions, s.states, b.engines as summed, b.sums
  from (values (1)) as one
  left join engine_pairs p on p.user_id = $1 and p.bot_name = $2
  cross join lateral (
    select array_agg(engine) as engines, array_agg(version) as versions, array_agg(state) as states
      from engine_states
     where user_id = $1 and bot_name = $2
  ) as s
  cross join lateral (
    select array_agg(engine) as engines, array_agg(sums) as sums
      from bot_values
     where bot_name = $2 and engine = any ($3::text[])
  ) as b
