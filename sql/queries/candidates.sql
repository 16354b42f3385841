-- A page of users with something waiting: pending points, a request, or a batch that somebody left open.
-- $1 last user_id of the page before text ('' at first), $2 the same, NULL at first text, $3 page size integer
with waiting as (
    select b.user_id, sum(b.points)::bigint as messages, min(b.oldest) as oldest, max(b.newest) as newest
      from backlog b
      join plan_passes p on p.collection = b.collection and p.current_pass = b.pass
     where b.user_id >= $1 and b.user_id is distinct from $2
     group by b.user_id
     order by b.user_id
     limit $3
), requested as (
    select user_id
      from users
     where user_id >= $1 and user_id is distinct from $2 and requested_at is not null
     order by user_id
     limit $3
), opened as (
    select user_id
      from open_batches
     where user_id >= $1 and user_id is distinct from $2
     order by user_id
     limit $3
), page as (
    select user_id from waiting
     union select user_id from requested
     union select user_id from opened
     order by user_id
     limit $3
)
select page.user_id,
       coalesce(waiting.messages, 0) as messages,
       waiting.oldest,
       waiting.newest,
       users.mean_tokens,
       users.served_at,
       requested.user_id is not null or opened.user_id is not null as requested
  from page
  left join waiting using (user_id)
  left join requested using (user_id)
  left join opened using (user_id)
  left join users using (user_id)
 order by page.user_id
