-- When, and whether at all, an agent may write to a user first: what a host knows of it, and engine 7 respects.

create table courtesies (
    user_id       text not null,
    bot_name      text not null,
    consent       boolean not null,
    quiet_from    double precision not null check (quiet_from >= 0 and quiet_from < 24),   -- hours of the user's day
    quiet_until   double precision not null check (quiet_until >= 0 and quiet_until < 24), -- the same as from: none
    noted_at      timestamptz not null default clock_timestamp(),
    primary key (user_id, bot_name)
);
insert into schema_tables (name, guard) values ('courtesies', 'user');

-- Notes the user's wish and wants their rows made anew; tells whether it was noted: not of a user who opted out.
create function enrichment_api.set_courtesy(who text, bot text, consents boolean,
                                            quiet_begins double precision default 22,
                                            quiet_ends double precision default 8)
returns boolean language plpgsql security definer as $$
begin
    insert into courtesies (user_id, bot_name, consent, quiet_from, quiet_until)
    select who, bot, consents, quiet_begins, quiet_ends
     where not exists (select from opt_outs where user_hash = sha256(convert_to(who, 'UTF8')))
    on conflict (user_id, bot_name) do update
       set consent = excluded.consent, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
           noted_at = excluded.noted_at;
    if not found then
        return false;
    end if;
    update engine_pairs set invalid_since = now() where user_id = who and bot_name = bot;
    return true;
end $$;

do $$
begin
    execute format('alter function enrichment_api.set_courtesy(text, text, boolean, double precision, double precision)'
                   ' set search_path = %I, pg_temp', current_schema());
    revoke execute on function enrichment_api.set_courtesy(text, text, boolean, double precision, double precision)
        from public;
end $$;
