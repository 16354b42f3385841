-- What fades is served and recalled with what is left of its confidence, and ranks by it.

do $$
declare
    faded constant text := 'fact_confidence(f.confidence, f.lasts_from, f.expires_at)';
    left_of_it constant text := 'fact_confidence(1, f.lasts_from, f.expires_at)';
    one record;
    before text;
    after text;
begin
    for one in
        select p.oid, wanted.said, wanted.instead
          from (values ('load', 'f.statement, f.confidence, f.evidence_count, f.importance,',
                        format('f.statement, %s, f.evidence_count, f.importance * %s,', faded, left_of_it)),
                       ('recall', 'as said, f.category, f.confidence,',
                        format('as said, f.category, %s as confidence,', faded)),
                       ('recall', 'f.confidence, f.evidence_count) as importance',
                        format('%s, f.evidence_count) as importance', faded)),
                       ('recall_these', 'as said, f.category, f.confidence,',
                        format('as said, f.category, %s as confidence,', faded)),
                       ('recall_these', 'f.confidence, f.evidence_count) as importance',
                        format('%s, f.evidence_count) as importance', faded)))
                 as wanted(name, said, instead)
          join pg_proc p on p.pronamespace = 'enrichment_api'::regnamespace and p.proname = wanted.name
    loop
        before := pg_get_functiondef(one.oid);
        after := replace(before, one.said, one.instead);
        if after = before then
            raise exception 'a function that serves facts does not look as expected';
        end if;
        execute after;
    end loop;
end $$;
