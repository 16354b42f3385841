-- Reserve a cost in every budget that has room for it; returns those that had. Rows are locked in the order of their keys.
-- $1 budget_keys text[], $2 limits numeric[] (NULL: no limit), $3 user_ids text[] (NULL: everybody's),
-- $4 days date[] (NULL: kept for ever), $5 cost_usd numeric
insert into budgets as b (budget_key, limit_usd, user_id, day, reserved_usd)
select key, limit_usd, user_id, day, $5
  from unnest($1::text[], $2::numeric[], $3::text[], $4::date[]) as asked(key, limit_usd, user_id, day)
 where limit_usd is null or $5 <= limit_usd
 order by key
on conflict (budget_key) do update
   set limit_usd = excluded.limit_usd, day = excluded.day, reserved_usd = b.reserved_usd + excluded.reserved_usd
 where excluded.limit_usd is null or b.spent_usd + b.reserved_usd + excluded.reserved_usd <= excluded.limit_usd
returning budget_key
