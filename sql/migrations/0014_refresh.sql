-- Keeps caches fresh over all users: who does what next, and two functions that touch rows of many users at once.

create table refreshes (                           -- one row for each kind of pass, over all replicas
    name     text primary key,
    next_at  timestamptz not null
);
insert into schema_tables (name, guard) values ('refreshes', 'shared');

-- Lets rows of active pairs that nothing has changed be served for longer. What tells hours up to now grows with them;
-- all else in a row is true at any time. Returns how many rows it touched.
create function enrichment_extend_caches(now_at timestamptz, keep interval, active_since timestamptz, most integer)
returns bigint language plpgsql security definer as $$
declare
    one text;
    touched bigint;
    total bigint := 0;
begin
    foreach one in array array[
        'strategic_memory_health', 'strategic_personality_profiles', 'strategic_conversation_patterns',
        'strategic_memory_behavior', 'strategic_engagement_opportunities'
    ] loop
        execute format($statement$
            update %I c
               set computed_at = $1, expires_at = $1 + $2 %s
              from (select t.user_id, t.bot_name
                      from %I t
                      join engine_pairs p using (user_id, bot_name)
                     where t.expires_at < $1 + $2 / 2 and p.last_message_at >= $3
                       and p.unreported = 0 and p.invalid_since is null
                     order by t.expires_at
                     limit $4
                       for update of t skip locked) as old
             where c.user_id = old.user_id and c.bot_name = old.bot_name$statement$,
            one,
            case one
                when 'strategic_memory_health' then
                    ', avg_memory_age_hours = c.avg_memory_age_hours + extract(epoch from $1 - c.computed_at) / 3600'
                when 'strategic_engagement_opportunities' then
                    ', last_engagement_gap_hours = c.last_engagement_gap_hours'
                    ' + extract(epoch from $1 - c.computed_at) / 3600'
                else ''
            end,
            one) using now_at, keep, active_since, most;
        get diagnostics touched = row_count;
        total := total + touched;
    end loop;
    return total;
end $$;

-- Deletes rows that ran out long ago: their pairs are silent, and get new ones with their next message.
create function enrichment_drop_caches(expired_before timestamptz, most integer)
returns bigint language plpgsql security definer as $$
declare
    one text;
    touched bigint;
    total bigint := 0;
begin
    foreach one in array array[
        'strategic_memory_health', 'strategic_personality_profiles', 'strategic_conversation_patterns',
        'strategic_memory_behavior', 'strategic_engagement_opportunities'
    ] loop
        execute format($statement$
            delete from %I
             where (user_id, bot_name) in (select user_id, bot_name from %I where expires_at < $1
                                            order by expires_at limit $2)$statement$, one, one)
          using expired_before, most;
        get diagnostics touched = row_count;
        total := total + touched;
    end loop;
    return total;
end $$;

alter function enrichment_guard_tables() rename to enrichment_guard_readers;

-- As before, and what keeps caches fresh; a later migration may replace it, and has to grant this too.
create function enrichment_guard_tables() returns boolean language plpgsql as $$
begin
    if not enrichment_guard_readers() then
        return false;
    end if;
    grant execute on function enrichment_extend_caches(timestamptz, interval, timestamptz, integer) to enrichment_worker;
    grant execute on function enrichment_drop_caches(timestamptz, integer) to enrichment_worker;
    return true;
end $$;

do $$
declare
    one regprocedure;
begin
    -- Such functions must not find somebody else's tables before ours.
    for one in select p.oid from pg_proc p
                where p.pronamespace = current_schema()::regnamespace
                  and p.proname in ('enrichment_extend_caches', 'enrichment_drop_caches') loop
        execute format('alter function %s set search_path = %I, pg_temp', one, current_schema());
        execute format('revoke execute on function %s from public', one);
    end loop;
end $$;
