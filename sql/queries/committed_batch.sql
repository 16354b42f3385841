-- What a batch did, if it was committed.
-- $1 user_id text, $2 batch_id uuid
select messages, facts_new, facts_confirmed, facts_superseded, summaries,
       (select count(distinct identity) from ledger where user_id = $1 and batch_id = $2 and truncated) as truncated
  from batches
 where user_id = $1 and batch_id = $2
