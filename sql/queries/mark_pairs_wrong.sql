-- Note that messages which engines have seen are no more: their pairs are to be rebuilt.
-- $1 user_id text, $2 collections text[], $3 point_ids text[]
insert into engine_pairs as p (user_id, bot_name, dirty_since)
select distinct $1, l.bot_name, now()
  from unnest($2::text[], $3::text[]) as gone(collection, point_id)
  join ledger l on l.user_id = $1 and l.collection = gone.collection and l.point_id = gone.point_id
 where l.outcome = 'completed' or l.reason in ('trivial', 'no_user_message')
on conflict (user_id, bot_name) do update set dirty_since = coalesce(p.dirty_since, excluded.dirty_since)
