-- Bots whose pairs have other shares than were summed, or whose row runs out soon, the longest unsummed first.
-- $1 rows that run out before timestamptz, $2 limit integer
select c.bot_name
  from (select bot_name, count(*) as shares, max(updated_at) as updated_at
          from engine_contributions
         group by bot_name) as c
  left join (select bot_name, sum(pairs) as shares, min(computed_at) as computed_at
               from bot_values
              group by bot_name) as b using (bot_name)
  left join (select bot_name, min(expires_at) as expires_at
               from strategic_character_performance
              group by bot_name) as r using (bot_name)
 where b.computed_at is null or c.updated_at > b.computed_at or c.shares <> b.shares or r.expires_at is null
    or r.expires_at < $1
 order by b.computed_at nulls first
 limit $2
