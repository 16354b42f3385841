-- The sessions that overlap some stretches of time, with their summaries and the last messages that were read, or
-- passed over; those in which a text was edited without the summary, which told of the older text.
-- $1 user_id text, $2 bot_names text[], $3 starts timestamptz[], $4 ends timestamptz[], $5 longest session interval,
-- $6 recent messages integer, $7 edited sessions uuid[], $8 messages of these integer
select s.session_id, s.bot_name, s.channel_id, s.conversation_id, s.scope, s.started_at, s.ended_at, s.message_count,
       case when not edited.is_so then c.summary_text end as summary_text, recent.collections, recent.point_ids,
       edited.is_so as retold, s.ended
  from (select distinct overlapping.session_id
          from unnest($2::text[], $3::timestamptz[], $4::timestamptz[]) as near(bot_name, starts, ends)
          -- Stretch by stretch (offset 0), or all sessions of a long past would be read to be compared with each.
          cross join lateral (
            select s.session_id
              from sessions s
             where s.user_id = $1 and s.bot_name = near.bot_name and s.started_at <= near.ends
               and s.ended_at between near.starts and near.ends + $5::interval
            offset 0
          ) as overlapping) as found
  join sessions s on s.user_id = $1 and s.session_id = found.session_id
  cross join lateral (select s.session_id = any ($7::uuid[]) as is_so) as edited
  left join conversation_summaries c on c.user_id = $1 and c.session_id = s.session_id
  cross join lateral (
    select array_agg(l.collection order by l.said_at, l.point_id) as collections,
           array_agg(l.point_id order by l.said_at, l.point_id) as point_ids
      from (select collection, point_id, said_at
              from ledger
             where user_id = $1 and session_id = s.session_id and withdrawn_at is null
               and (outcome = 'completed' or reason in ('trivial', 'no_user_message'))
             order by said_at desc, point_id desc
             limit case when edited.is_so then $8::integer else $6::integer end) as l
  ) as recent
 order by s.started_at, s.session_id
