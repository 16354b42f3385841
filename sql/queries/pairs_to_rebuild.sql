-- Pairs whose states are wrong since some time, and that were not rebuilt lately, the longest wrong first.
-- $1 wrong since before timestamptz, $2 rebuilt before timestamptz, $3 limit integer, $4 user_id text (NULL: any),
-- $5 bot_name text (NULL: any), $6 right ones too boolean
select user_id, bot_name
  from engine_pairs
 where (dirty_since <= $1 and (rebuilt_at is null or rebuilt_at <= $2) or $6::boolean)
   and ($4::text is null or user_id = $4) and ($5::text is null or bot_name = $5)
 order by dirty_since, user_id, bot_name
 limit $3
