-- Make a complete pass the visible one; no row if another planner has taken over.
-- $1 collection text, $2 owner uuid, $3 pass bigint, $4 messages bigint
update plan_passes
   set current_pass = $3, messages = $4, planned_at = clock_timestamp()
 where collection = $1 and owner = $2
returning collection
