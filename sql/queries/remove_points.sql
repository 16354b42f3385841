-- Forget points of a user in the pass that is visible and in the one that is being written.
-- The points come as the keys of an object: looking a key up costs the same whatever plan is cached.
-- $1 user_id text, $2 gone jsonb: collection → {point_id: …}
with touched as (
    select b.collection, b.pass, b.part, b.point_ids, b.said_at, asked.gone
      from backlog b
      join plan_passes p on p.collection = b.collection and p.current_pass <= b.pass
      cross join lateral (select $2::jsonb -> b.collection as gone offset 0) as asked
     where b.user_id = $1 and exists (select 1 from unnest(b.point_ids) as id where asked.gone ? id)
), kept as (
    select touched.collection, touched.pass, touched.part, count(point.id) as points,
           array_agg(point.id order by point.at, point.id) filter (where point.id is not null) as point_ids,
           array_agg(point.at order by point.at, point.id) filter (where point.id is not null) as said_at,
           to_timestamp(min(point.at)) as oldest
      from touched
      left join lateral unnest(touched.point_ids, touched.said_at) as point(id, at) on not touched.gone ? point.id
     group by touched.collection, touched.pass, touched.part
), emptied as (
    delete from backlog b
     using kept
     where b.user_id = $1 and b.collection = kept.collection and b.pass = kept.pass and b.part = kept.part
       and kept.points = 0
)
update backlog b
   set point_ids = kept.point_ids, said_at = kept.said_at, points = kept.points, oldest = kept.oldest
  from kept
 where b.user_id = $1 and b.collection = kept.collection and b.pass = kept.pass and b.part = kept.part
   and kept.points > 0
