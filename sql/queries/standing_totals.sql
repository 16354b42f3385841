-- What waits to be settled, what is quarantined, what was asked and spent since midnight UTC, and what the day's budget
-- has left (NULL: it has no limit, or nobody has asked today).
with today as (
    select count(*) as calls, coalesce(sum(coalesce(cost_usd, reserved_usd)), 0) as cost
      from model_calls
     where asked_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'
)
select (select count(*) from ledger where settled_at is null and withdrawn_at is null) as unsettled,
       (select count(*) from ledger where outcome = 'quarantined' and withdrawn_at is null) as quarantined,
       (select count(*) from open_batches) as open_batches,
       today.calls as calls_today,
       today.cost as cost_today,
       (select limit_usd - spent_usd - reserved_usd
          from budgets
         where budget_key = 'day:' || (now() at time zone 'UTC')::date) as left_today
  from today
