-- Write what a cycle did in a collection, in the table that hosts read.
-- $1 collection text, $2 messages processed integer, $3 facts extracted integer, $4 summaries created integer,
-- $5 duration double precision, $6 run_id uuid
insert into enrichment_metadata (collection_name, last_enrichment_run, messages_processed, facts_extracted,
                                 summaries_created, processing_duration_seconds, run_id)
values ($1, clock_timestamp(), $2, $3, $4, $5, $6)
