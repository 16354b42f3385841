-- A user's oldest pending points in all collections, those without a usable time last.
-- Reads only the parts that can hold them: all that begin before the first $2 points have ended.
-- $1 user_id text, $2 limit integer
with parts as (
    select b.collection, b.pass, b.part, b.oldest, b.newest, b.points
      from backlog b
      join plan_passes p on p.collection = b.collection and p.current_pass = b.pass
     where b.user_id = $1
), cut as (
    select min(newest) as newest
      from (select newest, sum(points) over (order by newest rows unbounded preceding) as reached
              from parts
             where newest is not null) as running
     where reached >= $2
)
select b.collection, point.id as point_id, point.at
  from cut
  cross join parts
  join backlog b on b.user_id = $1 and b.collection = parts.collection and b.pass = parts.pass and b.part = parts.part
  cross join lateral unnest(b.point_ids, b.said_at) as point(id, at)
 where cut.newest is null or parts.oldest <= cut.newest
 order by point.at nulls last, b.collection, point.id
 limit $2
