-- Close an open batch, forget the answers to it, and return its record; no row if it is closed already.
-- $1 user_id text, $2 batch_id uuid
with forgotten as (
    update model_calls
       set answer = null
     where user_id = $1 and batch_id = $2 and answer is not null
)
delete from open_batches
 where user_id = $1 and batch_id = $2
returning bot_name, pipeline_version, record
