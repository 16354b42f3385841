-- Store the record of a batch; violates the key if the user has an open one.
-- $1 user_id text, $2 batch_id uuid, $3 bot_name text, $4 scope text, $5 owner uuid, $6 fence bigint,
-- $7 pipeline_version integer, $8 prompt_hash bytea, $9 record jsonb
insert into open_batches (user_id, batch_id, bot_name, scope, owner, fence, pipeline_version, prompt_hash, record)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
