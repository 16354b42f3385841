-- Write that a batch is committed: its key tells what became of a COMMIT that nobody saw end. With that, learn from it how
-- long the user's messages are.
-- $1 user_id text, $2 batch_id uuid, $3 bot_name text, $4 scope text, $5 pipeline_version integer, $6 prompt_hash bytea,
-- $7 model text, $8 messages integer, $9 facts_new integer, $10 facts_confirmed integer, $11 facts_superseded integer,
-- $12 summaries integer, $13 refused jsonb, $14 mean tokens of the messages double precision (NULL: no messages)
with learnt as (
    -- The running mean size of the user's messages: a hundred move it half way.
    update users
       set mean_tokens = coalesce(mean_tokens + ($14::float8 - mean_tokens) * $8::integer / ($8::integer + 100.0),
                                  $14::float8)
     where user_id = $1 and $14::float8 is not null
)
insert into batches (user_id, batch_id, bot_name, scope, pipeline_version, prompt_hash, model, messages, facts_new,
                     facts_confirmed, facts_superseded, summaries, refused)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
