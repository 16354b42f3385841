-- Until when everything of a user was erased, and since when nothing of theirs is to be read; NULL for never.
-- $1 user_id text
select (select erased_before from tombstones where user_hash = sha256(convert_to($1, 'UTF8'))) as erased_before,
       (select since from opt_outs where user_hash = sha256(convert_to($1, 'UTF8'))) as opted_out_since
