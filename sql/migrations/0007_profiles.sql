-- What is derived from facts, signals and summaries: profiles, insights, digests of days, weeks and months; and how far
-- the background pass has come that keeps them true.

-- ── signals: hints of the digests, merged by what they say ──────────────────────────────────────────────────────────

create table signals (
    user_id       text not null,
    signal_id     uuid not null,
    bot_name      text not null,
    scope         text not null,
    kind          text not null,                   -- trait, interest, entity, preference, work, language, identity
    about         text not null,                   -- the author whom it is about, empty where there is but one
    name          text not null,
    name_key      text not null,
    value         text not null,
    confidence    double precision not null check (confidence between 0 and 1),
    sample_size   integer not null,                -- messages that say so, the newest 64 at most
    strength      double precision not null,       -- log2 of the mentions, each fading by half in 90 days
    quote         text not null,
    first_at      timestamptz not null,
    last_at       timestamptz not null,
    primary key (user_id, signal_id)
);
create index signals_strongest on signals (user_id, bot_name, scope, kind, strength desc);
create index signals_identity on signals (name_key) where kind = 'identity';

create table signal_evidence (
    user_id       text not null,
    signal_id     uuid not null,
    identity      bytea not null,
    name          text not null,
    value         text not null,
    quote         text not null,
    weight        double precision not null,
    said_at       timestamptz not null,
    batch_id      uuid,
    primary key (user_id, signal_id, identity),
    foreign key (user_id, signal_id) references signals on delete cascade
);
create index signal_evidence_message on signal_evidence (user_id, identity);

-- ── what is composed of facts, signals and sessions ─────────────────────────────────────────────────────────────────

create table user_profiles (
    user_id       text not null,
    bot_name      text not null,
    scope         text not null,                   -- made of what may be served there: its own and the public scope's
    summary       text not null default '',
    traits        jsonb not null default '[]',     -- [{name, value, confidence, sample_size, about, facts, signals}]
    interests     jsonb not null default '[]',     -- [{name, score, confidence, sample_size, about, facts, signals}]
    entities      jsonb not null default '{}',     -- {persons | organizations | locations | others: [{name, value, …}]}
    preferences   jsonb not null default '{}',     -- {language | length | tone | emoji | address: {value, …}}
    work          jsonb not null default '[]',     -- [{name, value, …}]
    language      text,
    timezone      text,                            -- IANA name, or UTC+02:00
    timezone_from text check (timezone_from in ('said', 'home', 'activity')),
    platform_ids  jsonb not null default '{}',     -- {telegram: ["@ada"], …}
    fact_ids      uuid[] not null default '{}',    -- what it rests on; once one of these has ended, it is stale
    summary_facts uuid[] not null default '{}',    -- those of the prose
    first_seen    timestamptz not null,
    last_active   timestamptz not null,
    version       integer not null default 0,      -- of its content; 0: not composed yet
    new_messages  integer not null default 0,      -- since it was composed
    composed_at   timestamptz,
    stale_since   timestamptz,
    primary key (user_id, bot_name, scope)
);
create index user_profiles_waiting on user_profiles (user_id) where stale_since is not null or new_messages > 0;

create table insights (
    user_id         text not null,
    insight_id      uuid not null,
    bot_name        text not null,
    scope           text not null,
    about           text not null,
    category        text not null
                    check (category in ('preference', 'interest', 'skill', 'relationship', 'dislike', 'trait')),
    subcategory     text not null,
    name            text not null,
    value           text not null,
    confidence      double precision not null check (confidence between 0 and 1),
    sample_size     integer not null,
    state           text not null check (state in ('candidate', 'confirmed')),   -- candidates are not shown
    supporting_text text not null,
    fact_ids        uuid[] not null,
    signal_ids      uuid[] not null,
    last_at         timestamptz not null,
    stale_since     timestamptz,
    primary key (user_id, insight_id)
);
create index insights_shown on insights (user_id, bot_name, scope, confidence desc) where state = 'confirmed';

create table period_digests (
    user_id       text not null,
    bot_name      text not null,
    scope         text not null,
    period        text not null check (period in ('day', 'week', 'month')),
    starts_on     date not null,                   -- UTC; weeks begin on Monday
    title         text not null,
    summary_text  text not null,
    topics        jsonb not null,
    decisions     jsonb not null,
    questions     jsonb not null,                  -- those without an answer
    message_count integer not null,
    parts         jsonb not null,                  -- one for each session, see memory.digests.Part
    session_ids   uuid[] not null,
    fact_ids      uuid[] not null,
    revision      integer not null default 1,
    stale_since   timestamptz,
    updated_at    timestamptz not null default now(),
    primary key (user_id, bot_name, scope, period, starts_on)
);
create index period_digests_stale on period_digests (user_id) where stale_since is not null;

alter table conversation_summaries add column digested_revision integer not null default 0;
create index conversation_summaries_undigested on conversation_summaries (user_id) where digested_revision <> revision;
create index conversation_summaries_old on conversation_summaries (end_timestamp);
-- The best supported facts of each category, for profiles.
create index facts_profile on facts (user_id, bot_name, scope, category, confidence desc, fact_id) where state = 'active';

-- ── what rests on a fact that has ended, or on a summary that has gone, is stale: nobody has to remember it ─────────

create function enrichment_mark_stale(who text, ended uuid[]) returns void language sql as $$
    update user_profiles set stale_since = coalesce(stale_since, now()) where user_id = who and fact_ids && ended;
    update insights set stale_since = coalesce(stale_since, now()) where user_id = who and fact_ids && ended;
    update period_digests set stale_since = coalesce(stale_since, now()) where user_id = who and fact_ids && ended;
$$;

create function enrichment_fact_ended() returns trigger language plpgsql as $$
begin
    perform enrichment_mark_stale(new.user_id, array[new.fact_id]);
    return null;
end $$;
create trigger facts_ended after update on facts for each row
    when (old.state = 'active' and new.state <> 'active') execute function enrichment_fact_ended();

create function enrichment_facts_gone() returns trigger language plpgsql as $$
begin
    perform enrichment_mark_stale(user_id, array_agg(fact_id)) from gone group by user_id;
    return null;
end $$;
create trigger facts_gone after delete on facts referencing old table as gone for each statement
    execute function enrichment_facts_gone();

create function enrichment_summaries_gone() returns trigger language plpgsql as $$
begin
    update period_digests d
       set stale_since = coalesce(d.stale_since, now())
      from (select user_id, array_agg(session_id) as sessions from gone group by user_id) as of_user
     where d.user_id = of_user.user_id and d.session_ids && of_user.sessions;
    return null;
end $$;
create trigger summaries_gone after delete on conversation_summaries referencing old table as gone for each statement
    execute function enrichment_summaries_gone();

-- ── who may be told what ────────────────────────────────────────────────────────────────────────────────────────────

create table memory_rules (                        -- one row: what the settings say of serving
    one           boolean primary key default true check (one),
    bots_share    boolean not null
);

-- The memories of a user that a bot may draw on in a channel of this privacy scope: what was said in public and in that
-- scope, with that bot, or with any where bots share. Facts of other scopes are never served there.
create function enrichment_visible(who text, bot text, place text)
returns table (bot_name text, scope text) language sql stable as $$
    select p.bot_name, p.scope
      from user_profiles p
     where p.user_id = who and p.scope in ('', place)
       and (p.bot_name = bot or coalesce((select m.bots_share from memory_rules m), false))
$$;

-- The facts that may be served, the latest first; more than `most` are not looked at.
create function enrichment_served_facts(who text, bot text, place text, most integer) returns setof facts
language sql stable as $$
    select f.*
      from enrichment_visible(who, bot, place) v
      cross join lateral (
        select *
          from facts
         where facts.user_id = who and facts.bot_name = v.bot_name and facts.scope = v.scope
           and facts.state = 'active' and (facts.expires_at is null or facts.expires_at > now())
         order by facts.updated_at desc, facts.fact_id
         limit most
      ) f
     order by f.updated_at desc, f.fact_id
     limit most
$$;

-- The profile to be shown in a channel: that of its scope, else the public one; of the bot, else of one that shares.
create function enrichment_profile(who text, bot text, place text) returns setof user_profiles
language sql stable as $$
    select p.*
      from user_profiles p
     where p.user_id = who and p.scope in ('', place) and p.version > 0
       and (p.bot_name = bot or coalesce((select m.bots_share from memory_rules m), false))
     order by p.bot_name = bot desc, p.scope = place desc, p.last_active desc, p.bot_name, p.scope
     limit 1
$$;

-- Whose account it is, by their own word or by the host's; the surest first.
create function enrichment_users_of_account(account text)
returns table (user_id text, confidence double precision, last_at timestamptz) language sql stable as $$
    select s.user_id, max(s.confidence), max(s.last_at)
      from signals s
     where s.kind = 'identity' and s.name_key = account
     group by s.user_id
     order by 2 desc, 3 desc, 1
     limit 20
$$;

-- ── the background pass ─────────────────────────────────────────────────────────────────────────────────────────────

create table maintenance (
    job           text primary key,
    owner         uuid,
    lease_until   timestamptz,
    after         text,                            -- the user at whom the last slice ended
    counts        jsonb not null default '{}',     -- of the pass under way
    next_at       timestamptz not null default clock_timestamp(),
    finished_at   timestamptz,
    last_counts   jsonb                            -- of the last pass that came to its end
);

insert into schema_tables (name, guard, erase_order) values ('signal_evidence', 'user', 2);
insert into schema_tables (name, guard) values
    ('signals', 'user'), ('user_profiles', 'user'), ('insights', 'user'), ('period_digests', 'user'),
    ('memory_rules', 'shared'), ('maintenance', 'shared');
