-- Withdraw the ends of a user's points that changed or went before they were settled, with their evidence unless another
-- point in force holds the same text; returns the facts that lost evidence.
-- $1 user_id text, $2 collections text[], $3 point_ids text[], $4 content_hashes bytea[], $5 reason text,
-- $6 those that were settled too boolean
with lost as (
    select l.collection, l.point_id, l.content_hash, l.identity
      from unnest($2::text[], $3::text[], $4::bytea[]) as lost(collection, point_id, content_hash)
      join ledger l on l.user_id = $1 and l.collection = lost.collection and l.point_id = lost.point_id
                   and l.content_hash = lost.content_hash and l.withdrawn_at is null
                   and (l.settled_at is null or $6::boolean)
), withdrawn as (
    update ledger l
       set withdrawn_at = now()
      from lost
     where l.user_id = $1 and l.collection = lost.collection and l.point_id = lost.point_id
       and l.content_hash = lost.content_hash and l.withdrawn_at is null
)
update evidence e
   set withdrawn_at = now(), withdrawn_reason = $5
  from (select distinct identity, content_hash from lost) as text
 where e.user_id = $1 and e.identity = text.identity and e.content_hash = text.content_hash and e.withdrawn_at is null
   and not exists (
        select 1
          from ledger l
         where l.user_id = $1 and l.identity = text.identity and l.content_hash = text.content_hash
           and l.withdrawn_at is null
           and not exists (select 1 from lost where lost.collection = l.collection and lost.point_id = l.point_id
                                                and lost.content_hash = l.content_hash))
returning e.fact_id
