-- Note that messages are no more which engines count among a pair's memories: after its rebuild they count none of them,
-- so that the next sweep marks nothing.
-- $1 user_id text, $2 point_ids text[]
update engine_pairs p
   set dirty_since = now()
 where p.user_id = $1 and p.dirty_since is null
   and exists (select from memory_states m
                where m.user_id = $1 and m.bot_name = p.bot_name and m.memory_id = any ($2::text[]))
