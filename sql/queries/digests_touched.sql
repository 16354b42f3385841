-- The digests of a user that are stale, that have parts of some sessions, or that begin on some days.
-- $1 user_id text, $2 session_ids uuid[], $3 bot_names text[], $4 scopes text[], $5 periods text[], $6 starts date[]
select d.bot_name, d.scope, d.period, d.starts_on, d.parts, d.stale_since
  from period_digests d
 where d.user_id = $1
   and (d.stale_since is not null or d.session_ids && $2::uuid[]
        or (d.bot_name, d.scope, d.period, d.starts_on) in (
            select * from unnest($3::text[], $4::text[], $5::text[], $6::date[])))
