-- Note that these summaries are in the digests as they stand.
-- $1 user_id text, $2 session_ids uuid[]
update conversation_summaries
   set digested_revision = revision
 where user_id = $1 and session_id = any ($2::uuid[])
