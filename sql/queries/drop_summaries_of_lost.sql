-- Delete the summaries of the sessions whose messages this transaction has withdrawn and no copy holds: the next messages
-- of these make new ones.
-- $1 user_id text, $2 collections text[], $3 point_ids text[]
delete from conversation_summaries c
 where c.user_id = $1
   and c.session_id in (
        select l.session_id
          from unnest($2::text[], $3::text[]) as lost(collection, point_id)
          join ledger l on l.user_id = $1 and l.collection = lost.collection and l.point_id = lost.point_id
                       and l.outcome = 'completed' and l.withdrawn_at = now()
         where not exists (
                select 1
                  from ledger o
                 where o.user_id = $1 and o.identity = l.identity and o.content_hash = l.content_hash
                   and o.withdrawn_at is null))
