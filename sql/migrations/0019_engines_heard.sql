-- What engines say follows the one rule of who may hear what, too.

-- Engines hear a user in all scopes: their words are only for a channel that may hear all of these.
create function enrichment_hears_all(who text, bot text, place text) returns boolean language sql stable as $$
    select not exists (
        select from user_profiles p
         where p.user_id = who and p.bot_name = bot
           and not exists (select from enrichment_visible(who, bot, place) v
                            where v.bot_name = p.bot_name and v.scope = p.scope))
$$;

create or replace function enrichment_api.load(who text, bot text, heard_in text, most_facts integer, most_summaries integer)
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
                  where f.user_id = who and f.bot_name = v.bot_name and f.scope = v.scope and f.state = 'active'
                  order by f.updated_at desc, f.fact_id
                  limit most_facts)
                union all
                (select f.*, enrichment_importance(f.category, f.confidence, f.evidence_count)
                   from facts f
                  where f.user_id = who and f.bot_name = v.bot_name and f.scope = v.scope and f.state = 'active'
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

do $$
begin
    execute format('alter function enrichment_api.load(text, text, text, integer, integer) set search_path = %I, pg_temp',
                   current_schema());
end $$;
