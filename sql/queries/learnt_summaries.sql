-- The summaries of a user's sessions, oldest first.
-- $1 user_id text, $2 limit integer
select bot_name, title, summary_text as text, start_timestamp as started_at, message_count as messages, revision
  from conversation_summaries
 where user_id = $1
 order by start_timestamp
 limit $2
