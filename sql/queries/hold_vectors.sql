-- Hold those of these rows that nobody has touched meanwhile, until the transaction ends: an erasure waits for it.
-- $1 user_ids text[], $2 kinds text[], $3 row_ids uuid[], $4 due_at timestamptz[]
select v.user_id, v.kind, v.row_id, clock_timestamp() as held_at
  from unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[]) as w(user_id, kind, row_id, due_at)
  join vectors v using (user_id, kind, row_id)
 where v.due_at = w.due_at
   for update of v skip locked
