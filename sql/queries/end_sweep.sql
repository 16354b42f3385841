-- End a pass of a sweep; the next one begins a day after this one did, or now if that is over.
-- $1 collection text, $2 phase text, $3 after text, $4 counts jsonb, $5 time from pass to pass interval
update sweeps
   set phase = 'points', after = null, counts = '{}', last_counts = $4, finished_at = clock_timestamp(),
       next_at = greatest(started_at + $5::interval, clock_timestamp()),
       started_at = greatest(started_at + $5::interval, clock_timestamp())
 where collection = $1 and phase = $2 and after is not distinct from $3
returning collection
