-- What is over is served by nothing: the load was made anew since, and asks for it again.

do $$
declare
    one record;
    before text;
    after text;
begin
    for one in
        select p.oid
          from pg_namespace n
          join pg_proc p on p.pronamespace = n.oid and p.proname = 'load'
         where n.nspname = 'enrichment_api'
    loop
        before := pg_get_functiondef(one.oid);
        after := replace(before, 'f.state = ''active''',
                         '(f.state = ''active'' and (f.expires_at is null or f.expires_at > now()))');
        if after = before then
            raise exception 'the load does not ask for the state of facts';
        end if;
        execute after;
    end loop;
end $$;
