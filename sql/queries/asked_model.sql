-- Which model answered a batch last.
-- $1 user_id text, $2 batch_id uuid
select coalesce(served_model, model)
  from model_calls
 where user_id = $1 and batch_id = $2
 order by asked_at desc
 limit 1
