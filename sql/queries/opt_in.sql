-- Let a user's messages be read again; a row if they were not.
-- $1 user_id text
delete from opt_outs
 where user_hash = sha256(convert_to($1, 'UTF8'))
returning true
