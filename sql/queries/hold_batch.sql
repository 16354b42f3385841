-- Keep an open batch from being closed or erased until the transaction ends; no row if it is closed already.
-- $1 user_id text, $2 batch_id uuid
select true
  from open_batches
 where user_id = $1 and batch_id = $2
   for key share
