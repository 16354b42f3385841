-- The memory and the commit protocol. Every per-user key starts with the user, so that the schema can be distributed by user.

-- ── who works for whom, and what waits ──────────────────────────────────────────────────────────────────────────────

create table users (
    user_id       text primary key,
    owner         uuid,
    fence         bigint not null default 0,
    lease_until   timestamptz,
    claimed_at    timestamptz,
    served_at     timestamptz,
    requested_at  timestamptz,
    mean_tokens   real
);
create index users_requested on users (user_id) where requested_at is not null;

create table plan_passes (
    collection    text primary key,
    owner         uuid,
    lease_until   timestamptz,
    next_pass     bigint not null default 1,
    current_pass  bigint not null default 0,
    planned_at    timestamptz,
    messages      bigint not null default 0
);

create table backlog (
    user_id       text not null,
    collection    text not null,
    pass          bigint not null,
    part          integer not null,
    points        integer not null,
    point_ids     text[] not null,
    said_at       double precision[] not null,   -- epoch seconds in order, or all NULL: missing and odd times lie apart
    oldest        timestamptz,
    newest        timestamptz,
    primary key (user_id, collection, pass, part)
);
create index backlog_pass on backlog (collection, pass);

create table tombstones (
    user_hash     bytea primary key,
    erased_before timestamptz not null
);

-- ── the commit protocol ─────────────────────────────────────────────────────────────────────────────────────────────

create table ledger (
    user_id          text not null,
    collection       text not null,
    point_id         text not null,
    content_hash     bytea not null,
    pipeline_version integer not null,
    read_number      integer not null,
    identity         bytea not null,
    bot_name         text not null,
    session_id       uuid,
    said_at          timestamptz not null,
    batch_id         uuid,
    outcome          text not null check (outcome in ('completed', 'skipped', 'quarantined')),
    reason           text,
    revision         text,
    committed_at     timestamptz not null default now(),
    settled_at       timestamptz,
    withdrawn_at     timestamptz,
    primary key (user_id, collection, point_id, content_hash, pipeline_version, read_number)
);
-- One end in force per point and text: a second writer violates this and plans again.
create unique index ledger_in_force on ledger (user_id, collection, point_id, content_hash) where withdrawn_at is null;
create index ledger_identity on ledger (user_id, identity) where withdrawn_at is null;
create index ledger_session on ledger (user_id, session_id, said_at desc) where session_id is not null;
create index ledger_unsettled on ledger (committed_at) where settled_at is null and withdrawn_at is null;
create index ledger_unsettled_user on ledger (user_id, committed_at) where settled_at is null and withdrawn_at is null;
create index ledger_unsettled_point on ledger (collection, point_id) where settled_at is null and withdrawn_at is null;
create index ledger_quarantined on ledger (user_id) where outcome = 'quarantined' and withdrawn_at is null;

create table attempts (
    user_id       text not null,
    collection    text not null,
    point_id      text not null,
    content_hash  bytea not null,
    attempts      integer not null default 0,
    crashes       integer not null default 0,
    largest_batch integer,
    last_failure  text,
    updated_at    timestamptz not null default now(),
    primary key (user_id, collection, point_id, content_hash)
);

create table open_batches (
    user_id          text primary key,           -- at most one of a user is open: the calls of one user go in order
    batch_id         uuid not null unique,
    bot_name         text not null,
    scope            text not null,
    fence            bigint not null,
    pipeline_version integer not null,
    prompt_hash      bytea not null,
    record           jsonb not null,
    resumed          integer not null default 0, -- how often a successor took it up
    opened_at        timestamptz not null default now()
);

create table batches (
    user_id          text not null,
    batch_id         uuid not null,
    bot_name         text not null,
    scope            text not null,
    pipeline_version integer not null,
    prompt_hash      bytea not null,
    model            text,
    messages         integer not null,
    facts_new        integer not null,
    facts_confirmed  integer not null,
    facts_superseded integer not null,
    summaries        integer not null,
    refused          jsonb not null,              -- reason → count
    committed_at     timestamptz not null default now(),
    primary key (user_id, batch_id)
);

create table model_calls (
    user_id           text not null,
    call_id           uuid not null,
    batch_id          uuid not null,
    model             text not null,
    served_model      text,
    generation_id     text,
    budget_keys       text[] not null,
    reserved_usd      numeric not null,
    cost_usd          numeric,
    prompt_tokens     integer,
    completion_tokens integer,
    cached_tokens     integer,
    answer            text,                       -- until the batch is committed, then NULL
    failure           text,
    asked_at          timestamptz not null default now(),
    ended_at          timestamptz,
    primary key (user_id, call_id)
);
create index model_calls_batch on model_calls (user_id, batch_id);
create index model_calls_asked on model_calls (asked_at);

create table budgets (
    budget_key    text primary key,               -- day:2026-01-31, run:<uuid>, …
    limit_usd     numeric,
    reserved_usd  numeric not null default 0,
    spent_usd     numeric not null default 0
);

-- ── the memory ──────────────────────────────────────────────────────────────────────────────────────────────────────

create table facts (
    user_id           text not null,
    fact_id           uuid not null,
    bot_name          text not null,
    scope             text not null,
    category          text not null,
    statement         text not null,
    subject           text not null,
    predicate         text not null,
    qualifier         text not null,
    object            text not null,
    object_key        text not null,
    state             text not null check (state in ('active', 'superseded', 'retracted', 'flagged', 'expired')),
    state_reason      text,
    confidence        double precision not null check (confidence between 0 and 1),
    certainty         text not null,
    evidence_count    integer not null,
    said_at           timestamptz not null,
    occurred_from     timestamptz,
    occurred_until    timestamptz,
    granularity       text,
    valid_from        timestamptz not null,
    valid_until       timestamptz,
    superseded_by     uuid,
    method            text not null,
    pipeline_version  integer not null,
    batch_id          uuid not null,
    source_collection text not null,
    recorded_at       timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (user_id, fact_id)
);
create index facts_claim on facts (user_id, bot_name, scope, subject, predicate, qualifier);
create index facts_active on facts (user_id, bot_name, scope, updated_at desc, fact_id) where state = 'active';

create table evidence (
    user_id          text not null,
    fact_id          uuid not null,
    identity         bytea not null,
    collection       text not null,
    point_id         text not null,
    content_hash     bytea not null,
    role             text not null,
    author           text,
    said_at          timestamptz not null,
    quote            text not null,
    certainty        text not null,
    occurred_from    timestamptz,
    occurred_until   timestamptz,
    granularity      text,
    batch_id         uuid not null,
    recorded_at      timestamptz not null default now(),
    withdrawn_at     timestamptz,
    withdrawn_reason text,
    primary key (user_id, fact_id, identity),
    foreign key (user_id, fact_id) references facts on delete cascade
);
create index evidence_message on evidence (user_id, identity);

create table sessions (
    user_id         text not null,
    session_id      uuid not null,
    bot_name        text not null,
    channel_id      text not null,
    conversation_id text not null,
    scope           text not null,
    started_at      timestamptz not null,
    ended_at        timestamptz not null,
    message_count   integer not null,
    primary key (user_id, session_id)
);
create index sessions_near on sessions (user_id, bot_name, ended_at);

create table engine_states (
    user_id       text not null,
    bot_name      text not null,
    engine        text not null,
    version       integer not null,
    state         bytea not null,
    updated_at    timestamptz not null default now(),
    primary key (user_id, bot_name, engine)
);

-- ── names that hosts already read ───────────────────────────────────────────────────────────────────────────────────
-- A host's own table of one of these names is kept as *_legacy.

do $$
declare
    taken text;
begin
    foreach taken in array array['user_facts', 'conversation_summaries', 'enrichment_metadata'] loop
        if to_regclass(format('%I.%I', current_schema(), taken)) is not null then
            execute format('alter table %I rename to %I', taken, taken || '_legacy');
        end if;
    end loop;
end $$;

create table conversation_summaries (
    user_id         text not null,
    session_id      uuid not null,
    bot_name        text not null,
    scope           text not null,
    title           text not null,
    summary_text    text not null,
    topics          jsonb not null,
    tone            text,
    decisions       jsonb not null,
    questions       jsonb not null,
    start_timestamp timestamptz not null,
    end_timestamp   timestamptz not null,
    message_count   integer not null,
    revision        integer not null,
    method          text not null,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (user_id, session_id)
);
create index conversation_summaries_recent on conversation_summaries (user_id, bot_name, end_timestamp desc);

create view user_facts as
    select user_id, bot_name, category, statement as fact_content, confidence, recorded_at as extracted_at, source_collection
      from facts
     where state = 'active';

create table runs (
    run_id        uuid primary key,
    trigger       text not null,                  -- once, daemon
    owner         uuid not null,
    started_at    timestamptz not null default now(),
    finished_at   timestamptz,
    result        text,
    report        jsonb
);

create table enrichment_metadata (
    collection_name             text not null,
    last_enrichment_run         timestamptz not null,
    messages_processed          integer not null,
    facts_extracted             integer not null,
    summaries_created           integer not null,
    processing_duration_seconds double precision not null,
    run_id                      uuid not null,
    primary key (collection_name, last_enrichment_run)
);
