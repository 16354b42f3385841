-- Withdraw the ends of a user's messages and note that they are to be read again, copies and chunks included; returns
-- their points. The evidence stays in force until they have been read.
-- $1 user_id text, $2 identities bytea[], $3 content_hashes bytea[], $4 reason text
with withdrawn as (
    update ledger l
       set withdrawn_at = now()
      from (select distinct identity, content_hash
              from unnest($2::bytea[], $3::bytea[]) as asked(identity, content_hash)) as text
     where l.user_id = $1 and l.identity = text.identity and l.content_hash = text.content_hash
       and l.withdrawn_at is null
    returning l.collection, l.point_id, l.content_hash
)
insert into requeued as r (user_id, collection, point_id, content_hash, reason)
select $1, collection, point_id, content_hash, $4
  from withdrawn
on conflict (user_id, collection, point_id) do update
   set content_hash = excluded.content_hash, reason = excluded.reason, asked_at = now(), reopened_at = null
returning r.collection, r.point_id
