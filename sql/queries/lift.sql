-- Take back a rule about words; a row if there was one.
-- $1 user_id text, $2 words text
delete from forbidden
 where user_id = $1 and lower(words) = lower($2)
returning true
