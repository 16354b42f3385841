-- Write a model's pace if nobody has.
-- $1 model text, $2 pace jsonb
insert into paces (model, pace)
values ($1, $2)
on conflict (model) do nothing
