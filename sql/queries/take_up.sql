-- Take an open batch into our hand, to read the answer that is stored for it.
-- $1 user_id text, $2 batch_id uuid, $3 owner uuid, $4 fence bigint, $5 died integer (1 if the last reader did)
update open_batches
   set owner = $3, fence = $4, taken_at = clock_timestamp(), resumed = resumed + $5::integer
 where user_id = $1 and batch_id = $2
returning bot_name, pipeline_version, record
