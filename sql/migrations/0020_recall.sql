-- Recall: what of a memory has to do with some words, a time, or a category.

-- Looks at the latest 2,000 facts and 500 summaries of each place that may be drawn on: a whole memory but for very long
-- ones. Words are looked for by their beginning, so that endings do not matter; pieces, for scripts without spaces,
-- anywhere. `hits` are the places of what was found in (words, pieces), `documents` is how many texts were looked at:
-- the reader weighs them.
create function enrichment_api.recall(who text, bot text, heard_in text, words text[], pieces text[],
                                      since timestamptz, until timestamptz, categories text[], most integer)
returns table (kind text, id text, said text, category text, confidence double precision, importance double precision,
               occurred_from timestamptz, occurred_until timestamptz, said_at timestamptz, hits text,
               documents bigint, quotes text)
language plpgsql stable security definer as $$
#variable_conflict use_column
begin
    return query
    with places as materialized (
        select * from enrichment_visible(who, bot, heard_in)
    ), asked as materialized (
        select n, to_tsquery('simple', quote_literal(word) || ':*') as query
          from unnest(words) with ordinality as each(word, n)
    ), texts as (
        select 'fact' as kind, f.fact_id as id, f.statement as said, f.category, f.confidence,
               enrichment_importance(f.category, f.confidence, f.evidence_count) as importance,
               f.occurred_from, f.occurred_until, f.said_at
          from places v
          cross join lateral (
            select *
              from facts f
             where f.user_id = who and f.bot_name = v.bot_name and f.scope = v.scope and f.state = 'active'
             order by f.updated_at desc, f.fact_id
             limit 2000
          ) f
        union all
        select 'summary', s.session_id, s.title || ': ' || s.summary_text, null, null, 0.5, s.start_timestamp,
               s.end_timestamp, s.end_timestamp
          from places v
          cross join lateral (
            select *
              from conversation_summaries s
             where s.user_id = who and s.bot_name = v.bot_name and s.scope = v.scope
             order by s.end_timestamp desc
             limit 500
          ) s
    ), looked_at as (
        select t.*, count(*) over () as documents,
               array(select a.n from asked a where to_tsvector('simple', t.said) @@ a.query order by a.n)
               || array(select cardinality(words) + p.n from unnest(pieces) with ordinality as p(piece, n)
                         where position(p.piece in lower(t.said)) > 0 order by p.n) as hits
          from texts t
    )
    select l.kind, l.id::text, l.said, l.category, l.confidence, l.importance, l.occurred_from, l.occurred_until,
           l.said_at, array_to_string(l.hits, ' '), l.documents,
           (select json_agg(json_build_array(e.point_id, e.quote) order by e.said_at, e.identity)::text
              from (
                select * from evidence e
                 where l.kind = 'fact' and e.user_id = who and e.fact_id = l.id and e.withdrawn_at is null
                 order by e.said_at, e.identity
                 limit 3
              ) e)
      from (
        select *
          from looked_at l
         where (since is null or coalesce(l.occurred_until, l.occurred_from, l.said_at) >= since)
           and (until is null or coalesce(l.occurred_from, l.said_at) < until)
           and (categories is null or l.category = any (categories))
           and (cardinality(l.hits) > 0 or since is not null or until is not null or categories is not null)
         order by cardinality(l.hits) desc, l.said_at desc, l.id
         limit most
      ) l;
end $$;

do $$
declare
    one regprocedure;
begin
    for one in select p.oid from pg_proc p where p.pronamespace = 'enrichment_api'::regnamespace loop
        execute format('alter function %s set search_path = %I, pg_temp', one, current_schema());
        execute format('revoke execute on function %s from public', one);
    end loop;
end $$;
