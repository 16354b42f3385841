-- Let unchanged rows of active pairs be served for longer; returns how many.
-- $1 time timestamptz, $2 how long interval, $3 active since timestamptz, $4 most of a table integer
select enrichment_extend_caches($1, $2, $3, $4)
