-- Delete everything of a user, leaving a tombstone; returns what was done.
-- $1 user_id text, $2 erased before timestamptz (NULL: now)
select enrichment_erase_user($1, $2)
