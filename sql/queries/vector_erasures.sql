-- Whose points must be gone, for those asked for at least so long ago.
-- $1 age interval, $2 user_hash bytea (NULL: of everybody)
select user_hash, asked_at
  from vector_erasures
 where asked_at <= clock_timestamp() - $1::interval and ($2::bytea is null or user_hash = $2)
 order by asked_at
 limit 100
