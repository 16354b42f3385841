-- Go on to the next slice of a sweep, adding what was found; no row if somebody else has.
-- $1 collection text, $2 phase text, $3 after text, $4 next phase text, $5 next after text, $6 counts jsonb
update sweeps
   set phase = $4, after = $5, counts = $6
 where collection = $1 and phase = $2 and after is not distinct from $3
returning collection
