-- Undo the link of a wording; returns the fact that it was linked to, nothing if there is none in force.
-- $1 user_id text, $2 from_fact uuid
update fact_merges
   set undone_at = now()
 where user_id = $1 and from_fact = $2 and undone_at is null
returning into_fact
