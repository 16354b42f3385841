-- Which memories a host used, and when: what engines learn from about forgetting and about what is needed.

create table access_log (
    user_id       text not null,
    bot_name      text not null,
    access_id     uuid not null default gen_random_uuid(),
    fact_id       uuid,                            -- a fact of ours, or (and then it is this one that counts)
    point_id      text,                            -- the point of a message
    -- loaded: stood in a context;  recalled: was looked for and found;  used: an answer rests on it
    kind          text not null check (kind in ('loaded', 'recalled', 'used')),
    at            timestamptz not null,
    logged_at     timestamptz not null default clock_timestamp(),
    primary key (user_id, access_id),
    check (num_nonnulls(fact_id, point_id) > 0)
);
create index access_log_pair on access_log (user_id, bot_name, logged_at, access_id);
insert into schema_tables (name, guard) values ('access_log', 'user');

-- Notes accesses, the same element of each array being one; those of users who opted out are not kept, and what is
-- older than 90 days goes. Returns how many were noted, at most 1,000.
create function enrichment_api.log_accesses(who text, bot text, fact_ids uuid[], point_ids text[], kinds text[],
                                            times timestamptz[])
returns integer language plpgsql security definer as $$
declare
    noted integer;
begin
    delete from access_log where user_id = who and bot_name = bot and logged_at < clock_timestamp() - interval '90 days';
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
