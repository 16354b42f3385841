-- The user's rights, and the second lock: what a user said of their memory, erasing, roles, and row-level security.

-- ── what users said of their memory ─────────────────────────────────────────────────────────────────────────────────

create table opt_outs (                            -- by hash, because the wish outlives an erasure
    user_hash     bytea primary key,
    since         timestamptz not null default now()
);

create table forbidden (                           -- what must not be remembered: words, or one claim with its object
    user_id       text not null,
    rule_id       uuid not null default gen_random_uuid(),
    words         text,
    claim_hash    bytea,
    made_at       timestamptz not null default now(),
    primary key (user_id, rule_id),
    check (num_nonnulls(words, claim_hash) = 1)
);

create table feedback (
    user_id       text not null,
    feedback_id   uuid not null,
    fact_id       uuid not null,
    verdict       text not null check (verdict in ('helpful', 'incorrect', 'insightful')),
    comment       text,
    correction    text,
    corrected_by  uuid,                            -- the fact that the correction has become
    given_at      timestamptz not null default now(),
    primary key (user_id, feedback_id)
);
create index feedback_fact on feedback (user_id, fact_id);

-- ── every table of ours, and who may write what in it ───────────────────────────────────────────────────────────────
-- A later migration adds a row for each table that it makes; a test compares the list with the catalogue.

create table schema_tables (
    name          text primary key,
    -- user:    of one user; written only in a transaction that is bound to this user
    -- ledger:  the same, but workers also write its flags across users, and delete nothing
    -- listed:  of users, without anything that they said; written across users
    -- shared:  of no user        read: of no user, and workers only read it
    guard         text not null check (guard in ('user', 'ledger', 'listed', 'shared', 'read')),
    erase_order   integer not null default 5       -- open batches first: then no call can be reserved; leases last
);
insert into schema_tables (name, guard, erase_order) values
    ('open_batches', 'user', 1), ('evidence', 'user', 2), ('users', 'listed', 9);
insert into schema_tables (name, guard) values
    ('attempts', 'user'), ('batches', 'user'), ('conversation_summaries', 'user'), ('engine_states', 'user'),
    ('facts', 'user'), ('feedback', 'user'), ('forbidden', 'user'), ('model_calls', 'user'), ('sessions', 'user'),
    ('strategic_conversation_patterns', 'user'), ('strategic_engagement_opportunities', 'user'),
    ('strategic_memory_behavior', 'user'), ('strategic_memory_health', 'user'),
    ('strategic_personality_profiles', 'user'), ('engine_contributions', 'user'), ('engine_pairs', 'user'),
    ('memory_states', 'user'),
    ('ledger', 'ledger'),
    ('backlog', 'listed'), ('budgets', 'listed'), ('requeued', 'listed'),
    ('bot_values', 'shared'), ('enrichment_metadata', 'shared'), ('opt_outs', 'shared'), ('paces', 'shared'),
    ('pauses', 'shared'),
    ('plan_passes', 'shared'), ('runs', 'shared'), ('strategic_character_performance', 'shared'), ('sweeps', 'shared'),
    ('schema_migrations', 'read'), ('schema_tables', 'read'), ('tombstones', 'read');

-- ── erasing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Deletes everything of a user and leaves the tombstone; what was said after it is to be read again.
-- Returns {erased_before, rows: {table: deleted}, read_again: points}.
create function enrichment_erase_user(who text, before timestamptz) returns jsonb
language plpgsql security definer as $$
declare
    until timestamptz;
    was_known boolean;
    one text;
    touched bigint;
    counts jsonb := '{}';
begin
    -- Whoever commits for this user holds this lock; whoever comes later finds no lease, and the tombstone.
    insert into users (user_id) values (who) on conflict (user_id) do nothing;
    was_known := not found;
    perform from users where user_id = who for update;

    insert into tombstones as t (user_hash, erased_before)
    values (sha256(convert_to(who, 'UTF8')), least(coalesce(before, clock_timestamp()), clock_timestamp()))
    on conflict (user_hash) do update set erased_before = greatest(t.erased_before, excluded.erased_before)
    returning erased_before into until;

    delete from requeued where user_id = who;
    get diagnostics touched = row_count;
    counts := counts || jsonb_build_object('requeued', touched);
    insert into requeued (user_id, collection, point_id, content_hash, reason)
    select distinct on (collection, point_id) who, collection, point_id, content_hash, 'reenrich'
      from ledger
     where user_id = who and withdrawn_at is null and said_at > until
     order by collection, point_id, committed_at desc;
    get diagnostics touched = row_count;
    counts := jsonb_build_object('erased_before', until, 'read_again', touched, 'rows', counts);

    for one in
        select name
          from schema_tables
         where guard in ('user', 'ledger', 'listed') and name <> 'requeued' and to_regclass(quote_ident(name)) is not null
         order by erase_order, name
    loop
        if one = 'model_calls' then
            perform enrichment_write_off_calls(who);
        end if;
        execute format('delete from %I where user_id = $1', one) using who;
        get diagnostics touched = row_count;
        if one = 'users' and not was_known then
            touched := 0;
        end if;
        counts := jsonb_set(counts, array['rows', one], to_jsonb(touched));
    end loop;
    -- A sweep that stands at this user goes through the ledger again.
    update sweeps set after = null where phase = 'ledger' and after::jsonb ->> 0 = who;
    return counts;
end $$;

-- Counts what calls under way may cost as spent: nobody will be able to close their rows.
create function enrichment_write_off_calls(who text) returns void language sql as $$
with under_way as (
    select budget_keys, reserved_usd
      from model_calls
     where user_id = who and ended_at is null
       for update
), sums as (
    select key, sum(reserved_usd) as usd
      from under_way
      cross join lateral unnest(budget_keys) as key
     group by key
), locked as (
    select b.budget_key, sums.usd
      from budgets b
      join sums on sums.key = b.budget_key
     order by b.budget_key
       for update of b
)
update budgets b
   set reserved_usd = b.reserved_usd - locked.usd, spent_usd = b.spent_usd + locked.usd
  from locked
 where b.budget_key = locked.budget_key
$$;

-- ── roles and row-level security ────────────────────────────────────────────────────────────────────────────────────

-- Sets policies and grants on every listed table, those of later migrations too; `enrichment migrate` calls it at its
-- end. Returns false where the roles are missing and the migrating role may not make them: then there are no grants.
create function enrichment_guard_tables() returns boolean language plpgsql as $$
declare
    one record;
    may_create boolean := (select rolsuper or rolcreaterole from pg_roles where rolname = current_user);
    wanted text;
begin
    for one in select name, guard from schema_tables where to_regclass(quote_ident(name)) is not null loop
        continue when one.guard not in ('user', 'ledger') or exists (
            select from pg_policy where polrelid = to_regclass(quote_ident(one.name)) and polname = 'enrichment_own');
        execute format('alter table %I enable row level security', one.name);
        -- Who may read is a matter of grants, so that hosts keep reading; who may write, of the transaction's user.
        execute format('create policy enrichment_read on %I for select using (true)', one.name);
        execute format($policy$create policy enrichment_own on %I
            using (user_id = current_setting('enrichment.user_id', true))
            with check (user_id = current_setting('enrichment.user_id', true))$policy$, one.name);
        if one.guard = 'ledger' then
            execute format('create policy enrichment_flags on %I for update using (true)', one.name);
        end if;
    end loop;

    foreach wanted in array array['migrator', 'worker', 'reader', 'eraser'] loop
        wanted := 'enrichment_' || wanted;
        continue when exists (select from pg_roles where rolname = wanted);
        if not may_create then
            return false;
        end if;
        begin
            execute format('create role %I nologin', wanted);
        exception when duplicate_object or unique_violation then
            null;                                  -- another database of this server was migrated at the same time
        end;
    end loop;

    execute format('grant usage on schema %I to enrichment_worker, enrichment_reader, enrichment_eraser', current_schema());
    execute format('grant usage, create on schema %I to enrichment_migrator', current_schema());
    for one in select name, guard from schema_tables where to_regclass(quote_ident(name)) is not null loop
        execute format('grant select on %I to enrichment_worker', one.name);
        case one.guard
            when 'ledger' then
                execute format('grant insert, update (settled_at, withdrawn_at) on %I to enrichment_worker', one.name);
            when 'read' then
                null;
            else
                execute format('grant insert, update, delete on %I to enrichment_worker', one.name);
        end case;
    end loop;
    grant select on user_facts to enrichment_worker;
    grant select on enrichment_metadata, pauses, plan_passes, runs, sweeps to enrichment_reader;
    grant execute on function enrichment_erase_user(text, timestamptz) to enrichment_eraser;
    return true;
end $$;

do $$
begin
    -- Such a function must not find somebody else's tables before ours.
    execute format('alter function enrichment_erase_user(text, timestamptz) set search_path = %I, pg_temp',
                   current_schema());
    revoke execute on function enrichment_erase_user(text, timestamptz) from public;
end $$;
