-- A month that rests on what has ended is recalled no more than it is shown, until it is told anew.

do $$
declare
    one regprocedure := 'enrichment_api.recall_these(text, text, text, text[], uuid[], timestamptz, timestamptz, text[])';
    before text := pg_get_functiondef(one);
    months constant text := 'd.period = ''month''';
    after text := replace(before, months, months || ' and d.stale_since is null');
begin
    if after = before then
        raise exception 'months are not recalled as they used to be';
    end if;
    execute after;
end $$;
