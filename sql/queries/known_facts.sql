-- What is known of a user, for the user: facts in the order in which they were said, each with up to 20 of its messages.
-- $1 user_id text, $2 bot_name text (NULL: of all bots), $3 limit integer
select f.fact_id, f.bot_name, f.scope, f.category, f.statement, f.state, f.confidence, f.said_at, f.valid_from,
       f.valid_until, f.occurred_from, f.occurred_until, f.granularity, f.method,
       (select coalesce(jsonb_agg(to_jsonb(e) order by e.said_at, e.point_id), '[]')
          from (
            select collection, point_id, role, said_at, quote
              from evidence
             where user_id = f.user_id and fact_id = f.fact_id and withdrawn_at is null
             order by said_at, identity
             limit 20
          ) e) as evidence
  from facts f
 where f.user_id = $1 and ($2::text is null or f.bot_name = $2)
   and f.state in ('active', 'superseded', 'expired', 'flagged')
 order by f.said_at, f.fact_id
 limit $3
