-- Withdraw what was once read of points that were to be read again and have come to another end; returns the facts that
-- lost evidence by it. A text that a copy holds, and that has been read by now, keeps its evidence; so does that of which
-- the point is but a copy: whether it teaches anything any more is decided where it is read.
-- $1 user_id text, $2 collections text[], $3 point_ids text[], $4 the texts that points are copies of bytea[], or NULL
with text as (
    select distinct l.identity, l.content_hash
      from unnest($2::text[], $3::text[], $4::bytea[]) as point(collection, point_id, copied)
      join requeued r on r.user_id = $1 and r.collection = point.collection and r.point_id = point.point_id
                     and r.content_hash is distinct from point.copied
      join ledger l on l.user_id = $1 and l.collection = r.collection and l.point_id = r.point_id
                   and l.content_hash = r.content_hash
)
update evidence e
   set withdrawn_at = now(), withdrawn_reason = 'reread'
  from text
 where e.user_id = $1 and e.identity = text.identity and e.content_hash = text.content_hash and e.withdrawn_at is null
   and not exists (
        select 1
          from ledger l
         where l.user_id = $1 and l.identity = text.identity and l.content_hash = text.content_hash
           and l.outcome = 'completed' and l.withdrawn_at is null)
returning e.fact_id
