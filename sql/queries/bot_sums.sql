-- What all pairs of a bot add up to for one engine, if it is of this version.
-- $1 bot text, $2 engine text, $3 version integer
select sums
  from bot_values
 where bot_name = $1 and engine = $2 and version = $3
