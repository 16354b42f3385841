-- What the metrics say of all replicas beside the standing: users that wait, the oldest of what waits and of what is
-- unsettled, users who had themselves erased.
select (select count(distinct b.user_id)
          from backlog b join plan_passes p on p.collection = b.collection and p.current_pass = b.pass) as pending_users,
       (select min(committed_at) from ledger where settled_at is null and withdrawn_at is null) as oldest_unsettled,
       (select count(*) from tombstones) as erased_users
