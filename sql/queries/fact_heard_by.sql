-- A fact of a user, if a bot may hear of it: its own, or any where bots share.
-- $1 user_id text, $2 fact_id uuid, $3 bot_name text (NULL: whoever's it is)
select *
  from facts
 where user_id = $1 and fact_id = $2
   and ($3::text is null or bot_name = $3 or coalesce((select bots_share from memory_rules), false))
