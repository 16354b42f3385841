-- Write the digest of a day, week or month.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 period text, $5 starts_on date, $6 title text, $7 summary_text text,
-- $8 topics jsonb, $9 decisions jsonb, $10 questions jsonb, $11 message_count integer, $12 parts jsonb,
-- $13 session_ids uuid[], $14 fact_ids uuid[]
insert into period_digests as d (user_id, bot_name, scope, period, starts_on, title, summary_text, topics, decisions,
                                 questions, message_count, parts, session_ids, fact_ids)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (user_id, bot_name, scope, period, starts_on) do update
   set title = excluded.title, summary_text = excluded.summary_text, topics = excluded.topics,
       decisions = excluded.decisions, questions = excluded.questions, message_count = excluded.message_count,
       parts = excluded.parts, session_ids = excluded.session_ids, fact_ids = excluded.fact_ids,
       revision = d.revision + 1, stale_since = null, updated_at = now()
