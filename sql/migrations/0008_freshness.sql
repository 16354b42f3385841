-- Keeps caches fresh over all users: when a pair's rows were last made anew, how many messages have come since, whether
-- somebody wants them anew, who does what next, and two functions that touch rows of many users at once.

alter table engine_pairs
    add column unreported    integer not null default 0,
    add column reported_at   timestamptz,
    add column invalid_since timestamptz;
create index engine_pairs_behind on engine_pairs (last_message_at) where unreported > 0 or invalid_since is not null;

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
