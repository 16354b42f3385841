-- Count the budgets that would have room for a cost if what is reserved in them came back.
-- $1 budget_keys text[], $2 limits numeric[], $3 cost_usd numeric
select count(*)
  from unnest($1::text[], $2::numeric[]) as asked(key, limit_usd)
  join budgets b on b.budget_key = asked.key
 where b.reserved_usd > 0 and b.spent_usd + $3 <= asked.limit_usd
