-- The summaries of a user's sessions, oldest first.
-- $1 user_id text · $2 limit integer
select bot_name, title, summary_text, start_timestamp, end_timestamp, message_count, revision
  from conversation_summaries
 where user_id = $1
 order by start_timestamp
 limit $2
