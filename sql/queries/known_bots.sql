-- Bots whose users' shares have been summed, with what engine 2 says of them, by name.
-- $1 engine text, $2 limit integer
select b.bot_name, b.pairs, b.computed_at as summed_at,
       p.engagement_score_avg, p.satisfaction_score_avg, p.coherence_score_avg, p.personality_consistency_index,
       p.quality_trend, p.computed_at, p.expires_at
  from bot_values b
  left join lateral (select *
                       from strategic_character_performance s
                      where s.bot_name = b.bot_name
                      order by s.time_window_hours
                      limit 1) p on true
 where b.engine = $1
 order by b.bot_name
 limit $2
