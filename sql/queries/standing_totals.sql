-- What waits to be settled, what is quarantined, and what was asked and spent since midnight UTC.
with today as (
    select count(*) as calls, coalesce(sum(coalesce(cost_usd, reserved_usd)), 0) as cost
      from model_calls
     where asked_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'
)
select (select count(*) from ledger where settled_at is null and withdrawn_at is null) as unsettled,
       (select count(*) from ledger where outcome = 'quarantined' and withdrawn_at is null) as quarantined,
       (select count(*) from open_batches) as open_batches,
       today.calls as calls_today,
       today.cost as cost_today
  from today
