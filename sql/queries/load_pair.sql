-- What the engines keep of a pair, in one row: their states, the late messages, since when its rows are wanted anew,
-- the sums of the bot's pairs, and what the user wishes: their zone, courtesy, what they dislike, and what must not be
-- remembered.
-- $1 user_id text, $2 bot_name text, $3 engines whose sums are wanted text[], $4 most of what is disliked integer
select coalesce(p.late, 0) as late, p.invalid_since, s.engines, s.versions, s.states, b.engines as summed, b.sums,
       z.timezone, c.consent, c.quiet_from, c.quiet_until, d.objects as disliked, r.words, r.hashes
  from (values (1)) as one
  left join engine_pairs p on p.user_id = $1 and p.bot_name = $2
  left join courtesies c on c.user_id = $1 and c.bot_name = $2
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
  cross join lateral (
    select (array_agg(timezone order by array_position(array['said', 'home', 'activity'], timezone_from),
                      last_active desc))[1] as timezone
      from user_profiles
     where user_id = $1 and bot_name = $2 and timezone is not null
  ) as z
  cross join lateral (
    select array_agg(object) as objects
      from (select object
              from facts
             where user_id = $1 and bot_name = $2 and state = 'active' and predicate = 'dislikes'
             order by updated_at desc, fact_id
             limit $4) as newest
  ) as d
  cross join lateral (
    select array_agg(words) filter (where words is not null) as words,
           array_agg(claim_hash) filter (where claim_hash is not null) as hashes
      from forbidden
     where user_id = $1
  ) as r
