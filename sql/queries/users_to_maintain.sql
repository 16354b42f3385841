-- Users after a cursor whose derived rows are due, stale or too old, or whose facts have expired; in the order of their
-- ids.
-- $1 after text, $2 limit integer, $3 summaries that ended before are folded timestamptz (NULL: none),
-- $4 calls before are dropped timestamptz (NULL: none), $5 new messages integer of a profile of an age of $6 interval,
-- $7 and $8 the same
select user_id
  from (
    (select user_id
       from user_profiles
      where user_id > $1 and (stale_since is not null or new_messages > 0)
        and (stale_since is not null
             or (new_messages >= $5 and coalesce(composed_at, '-infinity') <= now() - $6::interval)
             or (new_messages >= $7 and composed_at <= now() - $8::interval))
      order by user_id
      limit $2)
    union
    (select distinct user_id
       from conversation_summaries
      where user_id > $1 and digested_revision <> revision
      order by user_id
      limit $2)
    union
    (select distinct user_id
       from period_digests
      where user_id > $1 and stale_since is not null
      order by user_id
      limit $2)
    union
    (select distinct user_id
       from conversation_summaries
      where user_id > $1 and end_timestamp < $3
      order by user_id
      limit $2)
    union
    (select distinct user_id
       from facts
      where user_id > $1 and state = 'active' and expires_at <= now()
      order by user_id
      limit $2)
    union
    (select distinct user_id
       from model_calls
      where user_id > $1 and asked_at < $4 and ended_at is not null
      order by user_id
      limit $2)
  ) as each
 order by user_id
 limit $2
