-- Noting accesses looks up what is too old by the index: a limit that may change from row to row cannot be looked up.

create or replace function enrichment_api.log_accesses(who text, bot text, fact_ids uuid[], point_ids text[],
                                                       kinds text[], times timestamptz[])
returns integer language plpgsql security definer as $$
declare
    noted integer;
begin
    delete from access_log where user_id = who and bot_name = bot and logged_at < now() - interval '90 days';
    insert into access_log (user_id, bot_name, fact_id, point_id, kind, at)
    select who, bot, one.fact_id, left(one.point_id, 200), one.kind, least(one.at, clock_timestamp())
      from unnest(fact_ids, point_ids, kinds, times) as one(fact_id, point_id, kind, at)
     where not exists (select from opt_outs where user_hash = sha256(convert_to(who, 'UTF8')))
     limit 1000;
    get diagnostics noted = row_count;
    return noted;
end $$;

do $$
begin
    execute format('alter function enrichment_api.log_accesses(text, text, uuid[], text[], text[], timestamptz[])'
                   ' set search_path = %I, pg_temp', current_schema());
    revoke execute on function enrichment_api.log_accesses(text, text, uuid[], text[], text[], timestamptz[])
        from public;
end $$;
