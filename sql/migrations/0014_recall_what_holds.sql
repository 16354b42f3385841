-- What is over is recalled by nothing, as it is served by nothing.

do $$
declare
    one regprocedure := 'enrichment_api.recall(text, text, text, text[], text[], timestamptz, timestamptz, text[], integer)';
    before text := pg_get_functiondef(one);
    after text := replace(before, 'f.state = ''active''',
                          '(f.state = ''active'' and (f.expires_at is null or f.expires_at > now()))');
begin
    if after = before then
        raise exception 'recall does not ask for the state of facts';
    end if;
    execute after;
end $$;
