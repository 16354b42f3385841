-- Facts whose ids lie between two, of one user or of all (NULL), two at most: a shortened id names one, or is ambiguous.
-- $1 first fact_id uuid, $2 last fact_id uuid, $3 user_id text
select *
  from facts
 where fact_id between $1 and $2 and ($3::text is null or user_id = $3)
 limit 2
