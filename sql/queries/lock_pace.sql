-- Hold a model's pace until the transaction ends; the time is the database's, in seconds.
-- $1 model text
select pace, extract(epoch from clock_timestamp())::double precision as now
  from paces
 where model = $1
   for update
