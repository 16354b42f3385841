-- What was read within the last hour and the last day, over all replicas.
select coalesce(sum(m.messages_processed) filter (where m.last_enrichment_run > now() - interval '1 hour'), 0)::bigint
           as messages_hour,
       coalesce(sum(m.facts_extracted) filter (where m.last_enrichment_run > now() - interval '1 hour'), 0)::bigint
           as facts_hour,
       coalesce(sum(m.messages_processed), 0)::bigint as messages_day,
       coalesce(sum(m.facts_extracted), 0)::bigint as facts_day,
       max(m.last_enrichment_run) as last_at
  from plan_passes p
  join enrichment_metadata m
    on m.collection_name = p.collection and m.last_enrichment_run > now() - interval '1 day'
