-- The users whom engines have seen, after one of them, in order.
-- $1 user_id text, $2 bot_name text (NULL: any), $3 limit integer
select distinct user_id
  from engine_pairs
 where user_id > $1 and ($2::text is null or bot_name = $2)
 order by user_id
 limit $3
