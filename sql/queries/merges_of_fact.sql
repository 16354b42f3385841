-- The links of a fact, as a wording or as what wordings were linked to; earliest first.
-- $1 user_id text, $2 fact_id uuid
select m.from_fact, m.into_fact, m.score, m.reason, m.decided_by, m.merged_at, m.undone_at, f.statement
  from fact_merges m
  join facts f on f.user_id = m.user_id and f.fact_id = m.from_fact
 where m.user_id = $1 and (m.from_fact = $2 or m.into_fact = $2)
 order by m.merged_at, m.from_fact
