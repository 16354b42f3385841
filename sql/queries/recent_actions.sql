-- What was asked for, the latest first.
-- $1 user_hash bytea (NULL: of anybody), $2 limit integer, $3 offset integer
select asked_at, asked_by, action, user_hash, about, outcome, counts, ended_at
  from admin_actions
 where $1::bytea is null or user_hash = $1
 order by asked_at desc, action_id
 limit $2 offset $3
