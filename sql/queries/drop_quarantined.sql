-- Replace the quarantined ends of a message by a skipped one, to be settled; returns the points.
-- $1 user_id text, $2 identity bytea, $3 content_hash bytea, $4 reason text
with quarantined as (
    update ledger
       set withdrawn_at = now()
     where user_id = $1 and identity = $2 and content_hash = $3 and outcome = 'quarantined' and withdrawn_at is null
    returning *
)
insert into ledger (user_id, collection, point_id, content_hash, pipeline_version, read_number, identity, bot_name,
                    session_id, said_at, batch_id, outcome, reason, revision)
select user_id, collection, point_id, content_hash, pipeline_version, read_number + 1, identity, bot_name, null, said_at,
       null, 'skipped', $4, revision
  from quarantined
returning collection, point_id
