-- Count tokens as sent today (UTC), if that fits the day's budget; no row if it does not.
-- $1 tokens bigint, $2 most in a day bigint
update vector_index
   set day = (now() at time zone 'UTC')::date,
       day_tokens = $1::bigint + case when day = (now() at time zone 'UTC')::date then day_tokens else 0 end
 where $1 + case when day = (now() at time zone 'UTC')::date then day_tokens else 0 end <= $2::bigint
returning day_tokens
