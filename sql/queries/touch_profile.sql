-- Note that a batch has been read: the profile's times and new messages, those of other scopes too, in which
-- this may be heard; and take back what earlier readings of these messages witnessed.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 first said timestamptz, $5 last said timestamptz,
-- $6 messages integer, $7 identities bytea[], $8 their collections text[] and $9 point_ids text[]
with messages as (
    select unnest($7::bytea[]) as identity
    union
    select l.identity
      from unnest($8::text[], $9::text[]) as point(collection, point_id)
      join ledger l on l.user_id = $1 and l.collection = point.collection and l.point_id = point.point_id
), taken_back as (
    delete from signal_evidence
     where user_id = $1 and identity = any (array(select identity from messages))
    returning signal_id
), narrower as (
    update user_profiles
       set new_messages = new_messages + $6
     where $3 = '' and user_id = $1 and bot_name = $2 and scope <> ''
)
insert into user_profiles as p (user_id, bot_name, scope, first_seen, last_active, new_messages)
values ($1, $2, $3, $4, $5, $6)
on conflict (user_id, bot_name, scope) do update
   set first_seen = least(p.first_seen, excluded.first_seen), last_active = greatest(p.last_active, excluded.last_active),
       new_messages = p.new_messages + excluded.new_messages
returning p.new_messages, now() - p.composed_at as since, p.stale_since, p.last_active,
          array(select distinct signal_id from taken_back) as taken_back
