-- The summaries of a user that have changed since they were digested, and those of some sessions, with the best
-- supported active facts that each session taught.
-- $1 user_id text, $2 session_ids uuid[], $3 limit integer, $4 limit of facts integer
select c.session_id, c.bot_name, c.scope, c.title, c.summary_text, c.topics, c.decisions, c.questions, c.start_timestamp,
       c.message_count, learnt.facts
  from (select session_id
          from conversation_summaries
         where user_id = $1 and digested_revision <> revision
         order by session_id
         limit $3) as changed
  full join unnest($2::uuid[]) as asked(session_id) using (session_id)
  join conversation_summaries c on c.user_id = $1 and c.session_id = coalesce(changed.session_id, asked.session_id)
  cross join lateral (
    select coalesce(jsonb_object_agg(f.fact_id, f.statement), '{}') as facts
      from (select f.fact_id, f.statement
              from (select distinct e.fact_id
                      from ledger l
                      join evidence e on e.user_id = $1 and e.identity = l.identity and e.withdrawn_at is null
                     where l.user_id = $1 and l.session_id = c.session_id) as taught
              join facts f on f.user_id = $1 and f.fact_id = taught.fact_id and f.state = 'active'
             order by f.confidence desc, f.fact_id
             limit $4) as f
  ) as learnt
