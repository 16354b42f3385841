-- Quarantined messages, the latest first; several points of one message come one by one.
-- $1 reason text (NULL: any), $2 collections text[] (NULL: any point), $3 point_ids text[], $4 limit integer
select l.user_id, l.collection, l.point_id, l.identity, l.content_hash, l.bot_name, l.reason, l.said_at, l.committed_at,
       l.pipeline_version, coalesce(a.attempts, 0) as attempts, coalesce(a.crashes, 0) as crashes
  from ledger l
  left join attempts a using (user_id, collection, point_id, content_hash)
 where l.outcome = 'quarantined' and l.withdrawn_at is null
   and ($1::text is null or l.reason = $1)
   and ($2::text[] is null
        or (l.collection, l.point_id) in (select * from unnest($2::text[], $3::text[])))
 order by l.committed_at desc, l.collection, l.point_id
 limit $4
