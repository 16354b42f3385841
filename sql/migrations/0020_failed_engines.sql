-- A row that the last report on its pair left as it was, because its engine failed, keeps its expiry.

do $$
declare
    one regprocedure := 'enrichment_extend_caches(timestamptz, interval, timestamptz, integer)';
    before text := pg_get_functiondef(one);
    unchanged constant text := 'p.unreported = 0 and p.invalid_since is null';
    after text := replace(before, unchanged, unchanged || ' and t.computed_at >= p.reported_at');
begin
    if after = before then
        raise exception 'rows are not extended as they used to be';
    end if;
    execute after;
end $$;
