-- A page of messages that were read before a time and meet some conditions (NULL: none), by user; a message of several
-- points comes once for each.
-- $1 first user_id text, $2 read before timestamptz, $3 user_id text, $4 collection text, $5 bot_name text,
-- $6 said since timestamptz, $7 said until timestamptz, $8 below this pipeline_version integer, $9 limit integer
select user_id, identity, content_hash
  from ledger
 where user_id >= $1 and withdrawn_at is null and outcome = 'completed' and committed_at < $2
   and ($3::text is null or user_id = $3)
   and ($4::text is null or collection = $4)
   and ($5::text is null or bot_name = $5)
   and ($6::timestamptz is null or said_at >= $6)
   and ($7::timestamptz is null or said_at < $7)
   and ($8::integer is null or pipeline_version < $8)
 order by user_id
 limit $9
