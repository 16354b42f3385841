-- What has to be looked at, the longest due first.
-- $1 limit integer
select user_id, kind, row_id, due_at, text_hash
  from vectors
 where due_at <= clock_timestamp()
 order by due_at
 limit $1
