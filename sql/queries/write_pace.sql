-- Write a model's pace, which is locked.
-- $1 model text, $2 pace jsonb
update paces
   set pace = $2, updated_at = now()
 where model = $1
