-- Note how far the pass has come and give the lease back; whose lease was taken meanwhile changes nothing.
-- $1 job text, $2 owner uuid, $3 after text (NULL: the pass has come to its end), $4 counts jsonb, $5 pause interval
update maintenance
   set owner = null, lease_until = null, after = $3::text, next_at = clock_timestamp() + $5::interval,
       counts = case when $3 is null then '{}'::jsonb else $4::jsonb end,
       finished_at = case when $3 is null then clock_timestamp() else finished_at end,
       last_counts = case when $3 is null then $4::jsonb else last_counts end
 where job = $1 and owner = $2
