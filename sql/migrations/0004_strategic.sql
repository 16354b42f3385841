-- What the seven engines keep and write: caches by pair or by bot, memories, and what pairs add to a bot's habits.
-- A host's own table of one of these names is kept as *_legacy.

do $$
declare
    taken text;
begin
    foreach taken in array array[
        'strategic_memory_health', 'strategic_character_performance', 'strategic_personality_profiles',
        'strategic_conversation_patterns', 'strategic_memory_behavior', 'strategic_engagement_opportunities'
    ] loop
        if to_regclass(format('%I.%I', current_schema(), taken)) is not null then
            execute format('alter table %I rename to %I', taken, taken || '_legacy');
        end if;
    end loop;
end $$;

-- ── caches: the columns are those of the engines' row types, and when a row was computed and may be served until ─────
-- Indexes have no names of ours, because a legacy table keeps the names of its own.

create table strategic_memory_health (
    user_id                   text not null,
    bot_name                  text not null,
    memory_snapshot           jsonb not null,
    avg_memory_age_hours      double precision,
    retrieval_frequency_trend text check (retrieval_frequency_trend in ('increasing', 'stable', 'declining')),
    forgetting_risk_memories  jsonb not null,
    computed_at               timestamptz not null,
    expires_at                timestamptz not null,
    primary key (user_id, bot_name)
);
create index on strategic_memory_health (expires_at);

create table strategic_character_performance (
    bot_name                      text not null,
    time_window_hours             integer not null default 168,
    engagement_score_avg          double precision,
    satisfaction_score_avg        double precision,
    coherence_score_avg           double precision,
    personality_consistency_index double precision check (personality_consistency_index between 0 and 1),
    quality_trend                 text check (quality_trend in ('improving', 'stable', 'declining')),
    recent_anomalies              jsonb not null,
    computed_at                   timestamptz not null,
    expires_at                    timestamptz not null,
    primary key (bot_name, time_window_hours)
);
create index on strategic_character_performance (expires_at);

create table strategic_personality_profiles (
    user_id                 text not null,
    bot_name                text not null,
    dominant_traits         jsonb not null,
    user_response_patterns  jsonb not null,
    adaptation_suggestions  jsonb not null,
    trait_evolution_history jsonb not null,
    computed_at             timestamptz not null,
    expires_at              timestamptz not null,
    primary key (user_id, bot_name)
);
create index on strategic_personality_profiles (expires_at);

-- Two engines write this one, each its own columns: all but the keys may be NULL until the other has written.
create table strategic_conversation_patterns (
    user_id                     text not null,
    bot_name                    text not null,
    recent_topics               jsonb,
    avg_topic_duration_minutes  double precision,
    context_switch_frequency    double precision,
    predicted_switch_likelihood double precision check (predicted_switch_likelihood between 0 and 1),
    topic_transition_graph      jsonb,
    communication_style         jsonb,
    computed_at                 timestamptz not null,
    expires_at                  timestamptz not null,
    primary key (user_id, bot_name)
);
create index on strategic_conversation_patterns (expires_at);

create table strategic_memory_behavior (
    user_id                 text not null,
    bot_name                text not null,
    forgetting_curve_params jsonb not null,
    high_retention_memories jsonb not null,
    low_retention_memories  jsonb not null,
    recall_simulation_score double precision check (recall_simulation_score between 0 and 1),
    computed_at             timestamptz not null,
    expires_at              timestamptz not null,
    primary key (user_id, bot_name)
);
create index on strategic_memory_behavior (expires_at);

create table strategic_engagement_opportunities (
    user_id                   text not null,
    bot_name                  text not null,
    optimal_timing_hours      double precision,
    receptivity_score         double precision check (receptivity_score between 0 and 1),
    suggested_topics          jsonb not null,
    last_engagement_gap_hours double precision,
    proactive_success_rate    double precision check (proactive_success_rate between 0 and 1),
    computed_at               timestamptz not null,
    expires_at                timestamptz not null,
    primary key (user_id, bot_name)
);
create index on strategic_engagement_opportunities (expires_at);

-- ── what engines keep beside their states ───────────────────────────────────────────────────────────────────────────

create table memory_states (
    user_id        text not null,
    bot_name       text not null,
    memory_id      text not null,
    first_at       timestamptz not null,
    last_at        timestamptz not null,
    previous_at    timestamptz,
    uses           integer not null,
    stability_days double precision not null,
    difficulty     double precision not null,
    lapses         integer not null,
    importance     double precision not null,
    due_at         timestamptz not null,         -- retrievability falls below 0.9
    risk_at        timestamptz not null,         -- and below 0.7
    primary key (user_id, bot_name, memory_id)
);
create index memory_states_due on memory_states (user_id, bot_name, due_at, memory_id);
create index memory_states_risk on memory_states (user_id, bot_name, risk_at, memory_id);

-- What came too late, was edited or deleted makes a pair's states wrong until it is rebuilt, at most once a day.
create table engine_pairs (
    user_id         text not null,
    bot_name        text not null,
    last_message_at timestamptz,
    late            integer not null default 0,
    dirty_since     timestamptz,
    rebuilt_at      timestamptz,
    primary key (user_id, bot_name)
);
create index engine_pairs_dirty on engine_pairs (dirty_since) where dirty_since is not null;

-- Shares are additive: a refresh pass sums them by bot, so that no two users ever write the same row.
create table engine_contributions (
    user_id    text not null,
    bot_name   text not null,
    engine     text not null,
    version    integer not null,
    shares     jsonb not null,                   -- name → number
    updated_at timestamptz not null default now(),
    primary key (user_id, bot_name, engine)
);
create index engine_contributions_bot on engine_contributions (bot_name, engine, version);

create table bot_values (
    bot_name    text not null,
    engine      text not null,
    version     integer not null,
    pairs       integer not null,
    sums        jsonb not null,
    computed_at timestamptz not null,
    primary key (bot_name, engine)
);
