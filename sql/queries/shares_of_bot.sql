-- The shares of all pairs of a bot, in an order of their own, so that sums come out the same each time.
-- $1 bot_name text
select engine, version, shares
  from engine_contributions
 where bot_name = $1
 order by user_id, engine
