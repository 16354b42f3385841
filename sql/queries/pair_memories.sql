-- Some memories of a pair, and those that a report looks at, each once; times in epoch seconds.
-- $1 user_id text, $2 bot_name text, $3 memory_ids text[], $4 time of the report timestamptz (NULL: none),
-- $5 most fading integer, $6 most lasting integer, $7 most stale integer
with chosen as (
    select memory_id from unnest($3::text[]) as asked(memory_id)
    union
    (select memory_id from memory_states
      where user_id = $1 and bot_name = $2 and risk_at < $4
      order by risk_at desc, memory_id limit $5)
    union
    (select memory_id from memory_states
      where user_id = $1 and bot_name = $2 and $4::timestamptz is not null
      order by due_at desc, memory_id desc limit $6)
    union
    (select memory_id from memory_states
      where user_id = $1 and bot_name = $2 and $4::timestamptz is not null
      order by due_at, memory_id limit $7)
)
select memory_id, extract(epoch from first_at)::float8, extract(epoch from last_at)::float8,
       extract(epoch from previous_at)::float8, uses, stability_days, difficulty, lapses, importance,
       extract(epoch from due_at)::float8, extract(epoch from risk_at)::float8
  from memory_states
 where user_id = $1 and bot_name = $2 and memory_id in (select memory_id from chosen)
