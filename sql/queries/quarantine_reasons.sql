-- How much is quarantined, by reason.
select reason, count(*) as points
  from ledger
 where outcome = 'quarantined' and withdrawn_at is null
 group by reason
 order by points desc, reason
