-- Withdraw what was read of the same messages or points with another text; returns the facts that lost evidence by it.
-- A text that another point in force still holds keeps its evidence, which is that point's from then on. The summaries of
-- the sessions that lost a text go: they are told anew from those that are left.
-- $1 user_id text, $2 identities bytea[], $3 collections text[], $4 point_ids text[], $5 content_hashes bytea[]
with incoming as (
    select *
      from unnest($2::bytea[], $3::text[], $4::text[], $5::bytea[])
        as incoming(identity, collection, point_id, content_hash)
), older as (
    select l.collection, l.point_id, l.content_hash, l.identity, l.session_id, l.outcome
      from incoming i
      join ledger l on l.user_id = $1 and l.identity = i.identity and l.content_hash <> i.content_hash
                   and l.withdrawn_at is null
    union
    select l.collection, l.point_id, l.content_hash, l.identity, l.session_id, l.outcome
      from incoming i
      join ledger l on l.user_id = $1 and l.collection = i.collection and l.point_id = i.point_id
                   and l.content_hash <> i.content_hash and l.withdrawn_at is null
), withdrawn as (
    update ledger l
       set withdrawn_at = now()
      from older o
     where l.user_id = $1 and l.collection = o.collection and l.point_id = o.point_id
       and l.content_hash = o.content_hash and l.withdrawn_at is null
), held as (
    select distinct on (l.identity, l.content_hash) l.identity, l.content_hash, l.collection, l.point_id
      from (select distinct identity, content_hash from older) as text
      join ledger l on l.user_id = $1 and l.identity = text.identity and l.content_hash = text.content_hash
                   and l.withdrawn_at is null
     where not exists (select 1 from older o where o.collection = l.collection and o.point_id = l.point_id
                                               and o.content_hash = l.content_hash)
     order by l.identity, l.content_hash, l.collection, l.point_id
), dropped as (
    delete from conversation_summaries c
     using older o
     where c.user_id = $1 and c.session_id = o.session_id and o.outcome = 'completed'
       and not exists (select 1 from held where held.identity = o.identity and held.content_hash = o.content_hash)
), moved as (
    update evidence e
       set collection = held.collection, point_id = held.point_id
      from held, older o
     where e.user_id = $1 and e.identity = held.identity and e.content_hash = held.content_hash
       and o.collection = e.collection and o.point_id = e.point_id
)
update evidence e
   set withdrawn_at = now(), withdrawn_reason = 'reread'
  from (select distinct identity, content_hash from older) as text
 where e.user_id = $1 and e.identity = text.identity and e.content_hash = text.content_hash and e.withdrawn_at is null
   and not exists (select 1 from held where held.identity = text.identity and held.content_hash = text.content_hash)
returning e.fact_id
