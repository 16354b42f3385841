-- What a pair's engines have seen, or were to see, in order: the newest so many texts.
-- $1 user_id text, $2 bot_name text, $3 reasons of skipped messages that engines see all the same text[], $4 most integer
select collection, point_id, content_hash
  from (select collection, point_id, content_hash, min(said_at) as said_at
          from ledger
         where user_id = $1 and bot_name = $2 and (outcome = 'completed' or reason = any ($3::text[]))
         group by collection, point_id, content_hash
         order by said_at desc
         limit $4) as newest
 order by said_at, collection, point_id
