-- Move the running mean size of a user's messages towards that of a batch; a hundred messages move it half way.
-- $1 user_id text, $2 mean tokens of the batch double precision, $3 messages in it integer
update users
   set mean_tokens = coalesce(mean_tokens + ($2::float8 - mean_tokens) * $3::integer / ($3::integer + 100.0), $2::float8)
 where user_id = $1
