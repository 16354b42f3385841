-- The next users whose memory is to be walked over.
-- $1 after text, $2 limit integer
select distinct user_id from user_profiles where user_id > $1 order by user_id limit $2
