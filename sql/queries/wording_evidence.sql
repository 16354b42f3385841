-- What came in the words of a merged fact, earliest first.
-- $1 user_id text, $2 fact_id uuid
select *
  from evidence
 where user_id = $1 and fact_id = $2 and withdrawn_reason = 'merged'
 order by said_at, identity
