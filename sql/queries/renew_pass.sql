-- Stay the collection's planner; no row if another one has taken over.
-- $1 collection text, $2 owner uuid, $3 lease interval
update plan_passes
   set lease_until = clock_timestamp() + $3::interval
 where collection = $1 and owner = $2
returning collection
