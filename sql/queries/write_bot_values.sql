-- Write the sums of a bot's shares.
-- $1 bot_name text, $2 engines text[], $3 versions integer[], $4 pairs integer[], $5 sums jsonb[], $6 time timestamptz
insert into bot_values (bot_name, engine, version, pairs, sums, computed_at)
select $1, engine, version, pairs, sums, $6::timestamptz
  from unnest($2::text[], $3::integer[], $4::integer[], $5::jsonb[]) as one(engine, version, pairs, sums)
on conflict (bot_name, engine) do update
   set version = excluded.version, pairs = excluded.pairs, sums = excluded.sums, computed_at = excluded.computed_at
