-- What agents read: functions in a schema of their own, which the role enrichment_reader may execute and nothing else.

create schema if not exists enrichment_api;

-- ── what an agent is doing with a user, until they leave it alone for two hours ─────────────────────────────────────

create table work_contexts (
    user_id       text not null,
    bot_name      text not null,
    project       text,
    task          text,
    branch        text,
    skills        jsonb not null default '[]',    -- the latest 5, newest first
    notes         jsonb not null default '[]',    -- facts of this session alone, the latest 10, newest first
    updated_at    timestamptz not null default clock_timestamp(),
    primary key (user_id, bot_name)
);
insert into schema_tables (name, guard) values ('work_contexts', 'user');

-- ── relevance ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- How much a fact matters, its age left out: so that an index can be in this order, and memory that did not change is
-- served in the same order tomorrow.
create function enrichment_importance(category text, confidence double precision, confirmations integer)
returns double precision language sql immutable parallel safe as $$
    select confidence * (1 + 0.25e0::double precision * ln(greatest(confirmations, 1)::double precision))
         * case category when 'identity' then double precision '1.5' when 'relationship' then '1.3'
                         when 'preference' then '1.3' when 'health' then '1.3' when 'work' then '1.2'
                         when 'home' then '1.2' when 'plan' then '1.1' when 'event' then '0.8'
                         when 'other' then '0.7' else '1.0' end
$$;
create index facts_important on facts
    (user_id, bot_name, scope, enrichment_importance(category, confidence, evidence_count) desc, fact_id)
    where state = 'active';
create index sessions_scopes on sessions (user_id, bot_name, scope);
create index batches_latest on batches (user_id, bot_name, committed_at desc);

-- ── the one statement of a load ─────────────────────────────────────────────────────────────────────────────────────

-- Engines hear a user in all scopes: their words are only for a channel that may hear all of these.
create function enrichment_hears_all(who text, bot text, place text) returns boolean language sql stable as $$
    select not exists (
        select from user_profiles p
         where p.user_id = who and p.bot_name = bot
           and not exists (select from enrichment_visible(who, bot, place) v
                            where v.bot_name = p.bot_name and v.scope = p.scope))
$$;

-- Facts are the latest `most_facts` and two fifths as many of the most important ones, of each place that may be drawn
-- on: some twice, and in no order. The reader puts them in order: here it would cost as much again.
create function enrichment_api.load(who text, bot text, heard_in text, most_facts integer, most_summaries integer)
returns table (
    read_at timestamptz, committed_at timestamptz, facts text, summaries text,
    profile_summary text, traits text, interests text, entities text, preferences text, work text, language text,
    timezone text, first_seen timestamptz, last_active timestamptz, profile_version integer,
    profile_new_messages integer, profile_stale_since timestamptz, profile_composed_at timestamptz,
    project text, task text, branch text, skills text, notes text, work_updated_at timestamptz,
    memory_snapshot text, avg_memory_age_hours double precision, retrieval_frequency_trend text,
    forgetting_risk_memories text, health_computed_at timestamptz, health_expires_at timestamptz,
    engagement_score_avg double precision, satisfaction_score_avg double precision,
    coherence_score_avg double precision, personality_consistency_index double precision, quality_trend text,
    recent_anomalies text, performance_computed_at timestamptz, performance_expires_at timestamptz,
    dominant_traits text, user_response_patterns text, adaptation_suggestions text, trait_evolution_history text,
    personality_computed_at timestamptz, personality_expires_at timestamptz,
    recent_topics text, avg_topic_duration_minutes double precision, context_switch_frequency double precision,
    predicted_switch_likelihood double precision, topic_transition_graph text, communication_style text,
    patterns_computed_at timestamptz, patterns_expires_at timestamptz,
    forgetting_curve_params text, high_retention_memories text, low_retention_memories text,
    recall_simulation_score double precision, behavior_computed_at timestamptz, behavior_expires_at timestamptz,
    optimal_timing_hours double precision, receptivity_score double precision, suggested_topics text,
    last_engagement_gap_hours double precision, proactive_success_rate double precision,
    opportunities_computed_at timestamptz, opportunities_expires_at timestamptz
)
language plpgsql stable security definer as $$
#variable_conflict use_column
declare
    most_important integer := (most_facts * 2 + 4) / 5;
    -- Engines hear a user in all scopes: their words are not for a channel that must not hear some of these.
    are_mixed boolean := not enrichment_hears_all(who, bot, heard_in);
begin
    return query
    select clock_timestamp(),
           (select b.committed_at from batches b
             where b.user_id = who and b.bot_name = bot order by b.committed_at desc limit 1),
           (select json_agg(json_build_array(
                       f.fact_id, f.category, f.statement, f.confidence, f.evidence_count, f.importance,
                       date_part('epoch', f.said_at), date_part('epoch', f.valid_from),
                       date_part('epoch', f.valid_until), date_part('epoch', f.occurred_from),
                       date_part('epoch', f.occurred_until), f.granularity))::text
              from enrichment_visible(who, bot, heard_in) v
              cross join lateral (
                (select f.*, enrichment_importance(f.category, f.confidence, f.evidence_count) as importance
                   from facts f
                  where f.user_id = who and f.bot_name = v.bot_name and f.scope = v.scope
                    and f.state = 'active' and (f.expires_at is null or f.expires_at > now())
                  order by f.updated_at desc, f.fact_id
                  limit most_facts)
                union all
                (select f.*, enrichment_importance(f.category, f.confidence, f.evidence_count)
                   from facts f
                  where f.user_id = who and f.bot_name = v.bot_name and f.scope = v.scope
                    and f.state = 'active' and (f.expires_at is null or f.expires_at > now())
                  order by enrichment_importance(f.category, f.confidence, f.evidence_count) desc, f.fact_id
                  limit most_important)
              ) as f),
           (select json_agg(json_build_array(
                       s.session_id, s.title, s.summary_text, s.topics, s.tone, s.message_count,
                       date_part('epoch', s.start_timestamp), date_part('epoch', s.end_timestamp)))::text
              from enrichment_visible(who, bot, heard_in) v
              cross join lateral (
                select *
                  from conversation_summaries s
                 where s.user_id = who and s.bot_name = v.bot_name and s.scope = v.scope
                 order by s.end_timestamp desc
                 limit most_summaries
              ) as s),
           u.summary, u.traits::text, u.interests::text, u.entities::text, u.preferences::text, u.work::text,
           u.language, u.timezone, u.first_seen, u.last_active, u.version, u.new_messages, u.stale_since,
           u.composed_at,
           w.project, w.task, w.branch, w.skills::text, w.notes::text, w.updated_at,
           h.memory_snapshot::text, h.avg_memory_age_hours, h.retrieval_frequency_trend,
           h.forgetting_risk_memories::text, h.computed_at, h.expires_at,
           c.engagement_score_avg, c.satisfaction_score_avg, c.coherence_score_avg, c.personality_consistency_index,
           c.quality_trend, c.recent_anomalies::text, c.computed_at, c.expires_at,
           p.dominant_traits::text, p.user_response_patterns::text, p.adaptation_suggestions::text,
           p.trait_evolution_history::text, p.computed_at, p.expires_at,
           t.recent_topics::text, t.avg_topic_duration_minutes, t.context_switch_frequency,
           t.predicted_switch_likelihood, t.topic_transition_graph::text, t.communication_style::text,
           t.computed_at, t.expires_at,
           m.forgetting_curve_params::text, m.high_retention_memories::text, m.low_retention_memories::text,
           m.recall_simulation_score, m.computed_at, m.expires_at,
           o.optimal_timing_hours, o.receptivity_score, o.suggested_topics::text, o.last_engagement_gap_hours,
           o.proactive_success_rate, o.computed_at, o.expires_at
      from (select 1) as one
      left join enrichment_profile(who, bot, heard_in) u on true
      left join work_contexts w on w.user_id = who and w.bot_name = bot and not are_mixed
      left join strategic_memory_health h on h.user_id = who and h.bot_name = bot and not are_mixed
      left join strategic_character_performance c on c.bot_name = bot and c.time_window_hours = 168
      left join strategic_personality_profiles p on p.user_id = who and p.bot_name = bot
      left join strategic_conversation_patterns t on t.user_id = who and t.bot_name = bot and not are_mixed
      left join strategic_memory_behavior m on m.user_id = who and m.bot_name = bot and not are_mixed
      left join strategic_engagement_opportunities o on o.user_id = who and o.bot_name = bot and not are_mixed;
end $$;

-- ── the work context ────────────────────────────────────────────────────────────────────────────────────────────────

-- The latest first, each once, as many as there is room for.
create function enrichment_latest(one text, before jsonb, room integer) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(kept.said order by kept.place), '[]')
      from (
        select said, min(place) as place
          from (
            select left(one, 500) as said, 0 as place where one <> ''
            union all
            select said, place from jsonb_array_elements_text(before) with ordinality as each(said, place)
          ) as all_of_them
         group by said order by min(place) limit room
      ) as kept
$$;

-- NULL leaves a value as it is, an empty text clears it. After two hours of silence, everything begins anew.
create function enrichment_api.set_work(who text, bot text, new_project text, new_task text, new_branch text,
                                        new_skill text, new_note text)
returns void language sql security definer as $$
    insert into work_contexts as w (user_id, bot_name, project, task, branch, skills, notes)
    select who, bot, nullif(left(new_project, 500), ''), nullif(left(new_task, 500), ''),
           nullif(left(new_branch, 500), ''), enrichment_latest(new_skill, '[]', 5),
           enrichment_latest(new_note, '[]', 10)
     where not exists (select from opt_outs where user_hash = sha256(convert_to(who, 'UTF8')))
    on conflict (user_id, bot_name) do update set
        (project, task, branch, skills, notes, updated_at) = (
            select nullif(left(coalesce(new_project, old.project), 500), ''),
                   nullif(left(coalesce(new_task, old.task), 500), ''),
                   nullif(left(coalesce(new_branch, old.branch), 500), ''),
                   enrichment_latest(new_skill, coalesce(old.skills, '[]'), 5),
                   enrichment_latest(new_note, coalesce(old.notes, '[]'), 10),
                   clock_timestamp()
              from (select 1) as one
              left join (select w.project, w.task, w.branch, w.skills, w.notes) as old
                on w.updated_at > clock_timestamp() - interval '2 hours'
        )
$$;

-- What the user says they work on is the project at hand, unless the agent has said so later.
create function enrichment_note_work() returns trigger language plpgsql as $$
begin
    insert into work_contexts as w (user_id, bot_name, project, updated_at)
    values (new.user_id, new.bot_name, left(new.name, 500), new.last_at)
    on conflict (user_id, bot_name) do update
       set project = excluded.project, updated_at = excluded.updated_at
     where w.updated_at < excluded.updated_at;
    return null;
end $$;
create trigger enrichment_note_work after insert or update on signals
    for each row when (new.kind = 'work') execute function enrichment_note_work();

-- ── news for those who keep a copy ──────────────────────────────────────────────────────────────────────────────────

-- Told in the same transaction: to whom it was told, the new memory is there. Users are named by a hash, because
-- whoever is connected may listen.
create function enrichment_tell() returns trigger language plpgsql as $$
begin
    perform pg_notify('enrichment_memory',
                      left(encode(sha256(convert_to(coalesce(new.user_id, old.user_id), 'UTF8')), 'hex'), 32));
    return null;
end $$;
create trigger enrichment_tell after insert or update or delete on facts
    for each row execute function enrichment_tell();
create trigger enrichment_tell after insert or update or delete on conversation_summaries
    for each row execute function enrichment_tell();
create trigger enrichment_tell after insert or update or delete on work_contexts
    for each row execute function enrichment_tell();
create trigger enrichment_tell after insert or update or delete on user_profiles
    for each row execute function enrichment_tell();
