-- Delete summaries, and return their sessions: the next messages of these make new ones.
-- $1 user_id text, $2 session_ids uuid[]
delete from conversation_summaries
 where user_id = $1 and session_id = any ($2::uuid[])
returning session_id
