-- How many messages are in quarantine, by reason.
select coalesce(reason, '') as reason, count(*) as messages
  from ledger
 where outcome = 'quarantined' and withdrawn_at is null
 group by reason
