-- What each collection had pending at its last pass, less what was dealt with since.
select p.collection, coalesce(sum(b.points), 0)::bigint as pending, min(b.oldest) as oldest, p.planned_at
  from plan_passes p
  left join backlog b on b.collection = p.collection and b.pass = p.current_pass
 group by p.collection
 order by p.collection
