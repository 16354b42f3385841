-- Until when everything of a user was erased, and which model answered a batch last; NULL for never and none.
-- $1 user_id text, $2 batch_id uuid
select (select erased_before
          from tombstones
         where user_hash = sha256(convert_to($1, 'UTF8'))) as erased_before,
       (select coalesce(served_model, model)
          from model_calls
         where user_id = $1 and batch_id = $2
         order by asked_at desc
         limit 1) as model
