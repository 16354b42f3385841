-- The texts of these rows, and where they may be told; nothing of what has ended.
-- $1 user_ids text[], $2 kinds text[], $3 row_ids uuid[]
select user_id, kind, row_id, bot_name, scope, said from enrichment_vector_texts($1, $2, $3)
