-- Which process holds how many users.
select owner, count(*) as users, min(claimed_at) as since
  from users
 where owner is not null and lease_until >= clock_timestamp()
 group by owner
 order by owner
