-- Link wordings to the facts that they are. A link in force stays as it was made.
-- $1 user_id text, then arrays in which each link has one place: $2 from_fact uuid[], $3 into_fact uuid[],
-- $4 score double precision[], $5 reason text[], $6 decided_by text[]
insert into fact_merges (user_id, from_fact, into_fact, score, reason, decided_by)
select $1, one.*
  from unnest($2::uuid[], $3::uuid[], $4::double precision[], $5::text[], $6::text[]) as one
on conflict (user_id, from_fact, into_fact) do update
   set score = excluded.score, reason = excluded.reason, decided_by = excluded.decided_by, merged_at = now(),
       undone_at = null
 where fact_merges.undone_at is not null
