-- Link a wording to the fact that it is. A link in force stays as it was made.
-- $1 user_id text, $2 from_fact uuid, $3 into_fact uuid, $4 score double precision, $5 reason text, $6 decided_by text
insert into fact_merges (user_id, from_fact, into_fact, score, reason, decided_by)
values ($1, $2, $3, $4, $5, $6)
on conflict (user_id, from_fact, into_fact) do update
   set score = excluded.score, reason = excluded.reason, decided_by = excluded.decided_by, merged_at = now(),
       undone_at = null
 where fact_merges.undone_at is not null
