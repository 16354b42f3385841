-- The pause in force.
select reason, paused_at as since
  from pauses
 where resumed_at is null
