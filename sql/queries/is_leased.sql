-- Whether a user has a lease row at all: only an erasure deletes it.
-- $1 user_id text
select exists (select from users where user_id = $1)
