-- Note that the points of a user are gone; not if they were erased again meanwhile.
-- $1 user_hash bytea, $2 asked_at timestamptz
delete from vector_erasures where user_hash = $1 and asked_at = $2
