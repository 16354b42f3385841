-- What the pass under way has found so far.
-- $1 collection text
select counts
  from sweeps
 where collection = $1
