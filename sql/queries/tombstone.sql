-- Until when everything of a user was erased; no row if nothing was.
-- $1 user_id text
select erased_before
  from tombstones
 where user_hash = sha256(convert_to($1, 'UTF8'))
