-- Delete rows that ran out long ago; returns how many.
-- $1 expired before timestamptz, $2 most of a table integer
select enrichment_drop_caches($1, $2)
