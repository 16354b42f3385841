-- Note that these rows have the vectors of these texts.
-- $1 user_ids text[], $2 kinds text[], $3 row_ids uuid[], $4 text_hashes bytea[]
update vectors v
   set due_at = null, text_hash = w.text_hash
  from unnest($1::text[], $2::text[], $3::uuid[], $4::bytea[]) as w(user_id, kind, row_id, text_hash)
 where v.user_id = w.user_id and v.kind = w.kind and v.row_id = w.row_id
