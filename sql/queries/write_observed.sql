-- Write what a batch changed for a pair: states, memories, shares of the bot's values, and where the pair stands.
-- $1 user_id text, $2 bot_name text, $3 engines text[], $4 versions integer[], $5 states bytea[],
-- $6 memory_ids text[], $7 first, $8 last, $9 previous use in epoch seconds float8[], $10 uses integer[],
-- $11 stability_days float8[], $12 difficulty float8[], $13 lapses integer[], $14 importance float8[],
-- $15 due, $16 at risk in epoch seconds float8[], $17 engines with shares text[], $18 their versions integer[],
-- $19 shares jsonb[], $20 last message timestamptz, $21 messages integer, $22 late integer, $23 is wrong boolean,
-- $24 time timestamptz, $25 reported at timestamptz (NULL: not now), $26 when rows were last wanted anew as these
-- were begun timestamptz: who wanted them later still does
with states as (
    insert into engine_states (user_id, bot_name, engine, version, state)
    select $1, $2, * from unnest($3::text[], $4::integer[], $5::bytea[])
    on conflict (user_id, bot_name, engine) do update
       set version = excluded.version, state = excluded.state, updated_at = now()
), memories as (
    insert into memory_states (user_id, bot_name, memory_id, first_at, last_at, previous_at, uses, stability_days,
                               difficulty, lapses, importance, due_at, risk_at)
    select $1, $2, memory_id, to_timestamp(first_at), to_timestamp(last_at), to_timestamp(previous_at), uses,
           stability_days, difficulty, lapses, importance, to_timestamp(due_at), to_timestamp(risk_at)
      from unnest($6::text[], $7::float8[], $8::float8[], $9::float8[], $10::integer[], $11::float8[], $12::float8[],
                  $13::integer[], $14::float8[], $15::float8[], $16::float8[])
        as memory(memory_id, first_at, last_at, previous_at, uses, stability_days, difficulty, lapses, importance,
                  due_at, risk_at)
    on conflict (user_id, bot_name, memory_id) do update
       set first_at = excluded.first_at, last_at = excluded.last_at, previous_at = excluded.previous_at,
           uses = excluded.uses, stability_days = excluded.stability_days, difficulty = excluded.difficulty,
           lapses = excluded.lapses, importance = excluded.importance, due_at = excluded.due_at,
           risk_at = excluded.risk_at
), shares as (
    insert into engine_contributions (user_id, bot_name, engine, version, shares, updated_at)
    select $1, $2, engine, version, shares, $24::timestamptz
      from unnest($17::text[], $18::integer[], $19::jsonb[]) as share(engine, version, shares)
    on conflict (user_id, bot_name, engine) do update
       set version = excluded.version, shares = excluded.shares, updated_at = excluded.updated_at
)
insert into engine_pairs as p (user_id, bot_name, last_message_at, late, dirty_since, unreported, reported_at)
values ($1, $2, $20, $22, case when $23::boolean or $22 > 0 then $24::timestamptz end,
        case when $25::timestamptz is null then $21 else 0 end, $25)
on conflict (user_id, bot_name) do update
   set last_message_at = greatest(p.last_message_at, excluded.last_message_at),
       late = p.late + excluded.late,
       dirty_since = coalesce(p.dirty_since, excluded.dirty_since),
       unreported = case when $25 is null then p.unreported + excluded.unreported else 0 end,
       reported_at = coalesce($25, p.reported_at),
       invalid_since = case when $25 is null or p.invalid_since is distinct from $26::timestamptz
                            then p.invalid_since end
