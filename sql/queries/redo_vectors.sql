-- Whatever is known of a user needs a vector, whether it had one or not.
-- $1 user_id text
with had as (
    update vectors set due_at = clock_timestamp(), text_hash = null where user_id = $1
)
insert into vectors (user_id, kind, row_id, due_at)
select user_id, 'fact', fact_id, clock_timestamp()
  from facts
 where user_id = $1 and state = 'active'
union all
select user_id, 'summary', session_id, clock_timestamp()
  from conversation_summaries
 where user_id = $1
union all
select user_id, 'digest', enrichment_digest_id(user_id, bot_name, scope, starts_on), clock_timestamp()
  from period_digests
 where user_id = $1 and period = 'month'
on conflict do nothing
