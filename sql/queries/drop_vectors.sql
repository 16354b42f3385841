-- Forget these rows: they have ended, and their points are gone.
-- $1 user_ids text[], $2 kinds text[], $3 row_ids uuid[]
delete from vectors v
 using unnest($1::text[], $2::text[], $3::uuid[]) as w(user_id, kind, row_id)
 where v.user_id = w.user_id and v.kind = w.kind and v.row_id = w.row_id
