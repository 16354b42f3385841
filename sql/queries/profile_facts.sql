-- The best supported active facts of each category that a profile may draw on, each with its first quote of a person.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 categories text[], $5 limit of each integer
select f.fact_id, f.statement, f.category, f.subject, f.predicate, f.object, f.confidence, f.evidence_count, f.said_at,
       e.quote, e.author
  from enrichment_visible($1, $2, $3) v
  cross join unnest($4::text[]) as wanted(category)
  cross join lateral (
    select *
      from facts
     where facts.user_id = $1 and facts.bot_name = v.bot_name and facts.scope = v.scope
       and facts.category = wanted.category and facts.state = 'active'
       and (facts.expires_at is null or facts.expires_at > now())
     order by facts.confidence desc, facts.fact_id
     limit $5
  ) f
  left join lateral (
    select quote, author
      from evidence
     where evidence.user_id = $1 and evidence.fact_id = f.fact_id and evidence.withdrawn_at is null
       and evidence.role = 'user'
     order by evidence.said_at, evidence.identity
     limit 1
  ) e on true
