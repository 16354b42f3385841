-- How the process ended that had an open batch in hand: what else it had, and when it was found; no row if it lives.
-- $1 user_id text, $2 batch_id uuid, $3 owner uuid (ours)
select d.in_hand, d.found_at
  from open_batches o
  join deaths d on d.owner = o.owner and d.owner <> $3 and d.found_at >= o.taken_at
 where o.user_id = $1 and o.batch_id = $2
