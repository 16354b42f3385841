-- End the pause in force, if there is one.
update pauses
   set resumed_at = clock_timestamp()
 where resumed_at is null
returning paused_at
