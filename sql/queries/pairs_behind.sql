-- Pairs whose rows lack messages or are wanted anew, and that nobody is working for, the longest behind first.
-- $1 limit integer
select p.user_id, p.bot_name
  from engine_pairs p
  left join users u using (user_id)
 where (p.unreported > 0 or p.invalid_since is not null)
   and (u.lease_until is null or u.lease_until < clock_timestamp())
 order by p.last_message_at
 limit $1
