-- Write or revise a session's summary; times and messages are those of the session.
-- $1 user_id text, $2 session_id uuid, $3 title text, $4 summary_text text, $5 topics jsonb, $6 tone text,
-- $7 decisions jsonb, $8 questions jsonb, $9 method text
insert into conversation_summaries as c (user_id, session_id, bot_name, scope, title, summary_text, topics, tone,
                                         decisions, questions, start_timestamp, end_timestamp, message_count, revision,
                                         method)
select $1, $2, s.bot_name, s.scope, $3, $4, $5, $6, $7, $8, s.started_at, s.ended_at, s.message_count, 1, $9
  from sessions s
 where s.user_id = $1 and s.session_id = $2
on conflict (user_id, session_id) do update
   set title = excluded.title, summary_text = excluded.summary_text, topics = excluded.topics, tone = excluded.tone,
       decisions = excluded.decisions, questions = excluded.questions, start_timestamp = excluded.start_timestamp,
       end_timestamp = excluded.end_timestamp, message_count = excluded.message_count, revision = c.revision + 1,
       method = excluded.method, updated_at = now()
