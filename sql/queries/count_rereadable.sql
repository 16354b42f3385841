-- How many messages, points and users were read and meet some conditions (NULL: none).
-- $1 user_id text, $2 collection text, $3 bot_name text, $4 said since timestamptz, $5 said until timestamptz,
-- $6 below this pipeline_version integer
select count(distinct (user_id, identity, content_hash)) as messages, count(*) as points, count(distinct user_id) as users
  from ledger
 where withdrawn_at is null and outcome = 'completed'
   and ($1::text is null or user_id = $1)
   and ($2::text is null or collection = $2)
   and ($3::text is null or bot_name = $3)
   and ($4::timestamptz is null or said_at >= $4)
   and ($5::timestamptz is null or said_at < $5)
   and ($6::integer is null or pipeline_version < $6)
