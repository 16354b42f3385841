-- The summaries of a user's sessions, oldest first, for the user.
-- $1 user_id text, $2 bot_name text (NULL: of all bots), $3 limit integer
select session_id, bot_name, scope, title, summary_text as text, start_timestamp as started_at,
       end_timestamp as ended_at, message_count as messages, revision
  from conversation_summaries
 where user_id = $1 and ($2::text is null or bot_name = $2)
 order by start_timestamp, session_id
 limit $3
