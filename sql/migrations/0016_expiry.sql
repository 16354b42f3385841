-- What is over is served by nothing, whether or not a commit of its user has noted it yet.

-- What decides in which channels a scope may be served is asked by commits too, and was dropped with a function that asked.
create or replace function enrichment_is_private(scope text) returns boolean language sql immutable parallel safe as $$
    select lower(scope) ~ '^(private|dm|direct)'
$$;

do $$
declare
    one record;
    before text;
    after text;
begin
    for one in
        select p.oid, wanted.said
          from (values ('enrichment_api', 'load', 'f.state = ''active'''),
                       (current_schema()::text, 'enrichment_served_facts', 'facts.state = ''active'''))
                 as wanted(place, name, said)
          join pg_namespace n on n.nspname = wanted.place
          join pg_proc p on p.pronamespace = n.oid and p.proname = wanted.name
    loop
        before := pg_get_functiondef(one.oid);
        after := replace(before, one.said, format('(%s and (%s is null or %s > now()))', one.said,
                                                  replace(split_part(one.said, ' ', 1), 'state', 'expires_at'),
                                                  replace(split_part(one.said, ' ', 1), 'state', 'expires_at')));
        if after = before then
            raise exception 'a function that serves facts does not ask for their state';
        end if;
        execute after;
    end loop;
end $$;
