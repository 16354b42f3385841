-- Put the last end of points that are not there any more in force again: nothing can be read in its place.
-- $1 collections text[], $2 point_ids text[]
with gone as (
    delete from requeued r
     using unnest($1::text[], $2::text[]) as point(collection, point_id)
     where r.collection = point.collection and r.point_id = point.point_id
    returning r.user_id, r.collection, r.point_id, r.content_hash
), last as (
    select distinct on (l.user_id, l.collection, l.point_id)
           l.user_id, l.collection, l.point_id, l.content_hash, l.pipeline_version, l.read_number
      from gone
      join ledger l using (user_id, collection, point_id, content_hash)
     order by l.user_id, l.collection, l.point_id, l.withdrawn_at desc nulls first
)
update ledger l
   set withdrawn_at = null
  from last
 where l.user_id = last.user_id and l.collection = last.collection and l.point_id = last.point_id
   and l.content_hash = last.content_hash and l.pipeline_version = last.pipeline_version
   and l.read_number = last.read_number
