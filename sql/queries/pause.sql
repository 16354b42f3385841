-- Pause all replicas; no row if they are paused already.
-- $1 reason text
insert into pauses (reason)
values ($1)
on conflict ((true)) where resumed_at is null do nothing
returning paused_at
