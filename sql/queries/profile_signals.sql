-- The strongest signals of each kind that a profile may draw on.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 kinds text[], $5 limit of each integer
select s.signal_id, s.kind, s.about, s.name, s.name_key, s.value, s.confidence, s.sample_size, s.strength, s.quote,
       s.first_at, s.last_at
  from enrichment_visible($1, $2, $3) v
  cross join unnest($4::text[]) as wanted(kind)
  cross join lateral (
    select *
      from signals
     where signals.user_id = $1 and signals.bot_name = v.bot_name and signals.scope = v.scope
       and signals.kind = wanted.kind
     order by signals.strength desc
     limit $5
  ) s
