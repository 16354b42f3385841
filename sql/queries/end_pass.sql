-- Stop being the collection's planner.
-- $1 collection text, $2 owner uuid
update plan_passes
   set owner = null, lease_until = null
 where collection = $1 and owner = $2
