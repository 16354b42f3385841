-- Users whose id is like a pattern, or is one of these; who was served last comes first.
-- $1 pattern text, $2 user_ids text[], $3 limit integer
with found as (
    select user_id, served_at
      from users
     where user_id ilike $1 or user_id = any ($2)
     order by user_id = any ($2) desc, served_at desc nulls last, user_id
     limit $3
)
select f.user_id, f.served_at,
       (select count(*) from facts where user_id = f.user_id and state = 'active') as facts,
       (select coalesce(array_agg(distinct s.bot_name), '{}') from user_profiles s where s.user_id = f.user_id) as bots,
       (select coalesce(sum(b.points), 0)::bigint
          from backlog b join plan_passes p on p.collection = b.collection and p.current_pass = b.pass
         where b.user_id = f.user_id) as pending,
       f.user_id = any ($2) as by_account
  from found f
 order by by_account desc, f.served_at desc nulls last, f.user_id
