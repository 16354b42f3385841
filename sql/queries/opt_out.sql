-- Remember that nothing of a user is to be read from now on; keeps the first time.
-- $1 user_id text
insert into opt_outs (user_hash)
values (sha256(convert_to($1, 'UTF8')))
on conflict (user_hash) do nothing
