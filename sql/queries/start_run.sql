-- Write that a run began.
-- $1 run_id uuid, $2 trigger text, $3 owner uuid
insert into runs (run_id, trigger, owner)
values ($1, $2, $3)
