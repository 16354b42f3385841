-- Digested summaries of a user that are too old to be kept.
-- $1 user_id text, $2 the time before which they ended timestamptz, $3 limit integer
select session_id
  from conversation_summaries
 where user_id = $1 and end_timestamp < $2 and digested_revision = revision
 order by session_id
 limit $3
