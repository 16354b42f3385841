-- The topics of a pair's sessions, in order.
-- $1 user_id text, $2 bot_name text, $3 most integer
select topic, end_timestamp
  from (select jsonb_array_elements_text(topics) as topic, end_timestamp
          from conversation_summaries
         where user_id = $1 and bot_name = $2
         order by end_timestamp desc
         limit $3) as newest
 order by end_timestamp, topic
