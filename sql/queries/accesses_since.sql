-- What a host noted of the use of memories, oldest first: each by its point, that of a fact being where it was said last.
-- $1 user_id text, $2 bot_name text, $3 logged from timestamptz (NULL: all), $4 logged before timestamptz,
-- $5 most integer
select coalesce(l.point_id, said.point_id) as point_id, l.kind, l.at, l.logged_at
  from (
    select *
      from access_log
     where user_id = $1 and bot_name = $2 and logged_at >= coalesce($3::timestamptz, '-infinity') and logged_at < $4::timestamptz
     order by logged_at, access_id
     limit $5
  ) as l
  left join lateral (
    select e.point_id
      from evidence e
     where e.user_id = l.user_id and e.fact_id = l.fact_id and e.withdrawn_at is null
     order by e.said_at desc, e.point_id
     limit 1
  ) as said on true
 order by l.logged_at, l.access_id
