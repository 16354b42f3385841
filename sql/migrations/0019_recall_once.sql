-- The words of a text are looked up once for a question, not once for each of its words.

do $$
declare
    one regprocedure := 'enrichment_api.recall(text, text, text, text[], text[], timestamptz, timestamptz, text[], integer)';
    before text := pg_get_functiondef(one);
    after text := replace(replace(before, 'to_tsvector(''simple'', t.said) @@ a.query', 'w.tokens @@ a.query'),
                          'from texts t
    )', 'from texts t
         -- offset: or else it would be put in place, and worked out again for each word
         cross join lateral (select to_tsvector(''simple'', t.said) as tokens offset 0) w
    )');
begin
    if after not like '%w.tokens @@%' or after not like '%offset 0) w%' then
        raise exception 'recall does not look at texts as it used to';
    end if;
    execute after;
end $$;
