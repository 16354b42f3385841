-- Want a user's rows made anew; returns how many pairs that are.
-- $1 user_id text, $2 bot_name text (NULL: all)
with wanted as (
    update engine_pairs set invalid_since = now()
     where user_id = $1 and ($2::text is null or bot_name = $2)
    returning 1
)
select count(*) from wanted
