-- What the summaries of a user's sessions say, for looking for words in it.
-- $1 user_id text
select session_id, concat_ws(E'\n', title, summary_text, topics::text, decisions::text, questions::text) as text
  from conversation_summaries
 where user_id = $1
