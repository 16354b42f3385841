-- What is known of a user: facts that are served or were once, with one quote each, in the order in which they were said.
-- $1 user_id text, $2 limit integer
select f.fact_id, f.bot_name, f.category, f.statement, f.state, f.confidence, f.valid_from, f.valid_until,
       f.occurred_from, f.occurred_until, f.granularity, e.quote
  from facts f
  left join lateral (
        select quote
          from evidence
         where user_id = f.user_id and fact_id = f.fact_id and withdrawn_at is null
         order by said_at
         limit 1
       ) e on true
 where f.user_id = $1 and f.state in ('active', 'superseded', 'flagged')
 order by f.bot_name, f.said_at, f.statement
 limit $2
