-- Look at a row later: no vector can be had for its text now.
-- $1 user_id text, $2 kind text, $3 row_id uuid, $4 due_at timestamptz, $5 pause interval
update vectors
   set due_at = clock_timestamp() + $5::interval
 where user_id = $1 and kind = $2 and row_id = $3 and due_at = $4
