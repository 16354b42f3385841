-- Write a session, or what a batch added to it. Messages that are read again are counted once: as the ledger, which has
-- this batch by now, knows them; an older text of a point is none any more.
-- $1 user_id text, $2 session_id uuid, $3 bot_name text, $4 channel_id text, $5 conversation_id text, $6 scope text,
-- $7 started_at timestamptz, $8 ended_at timestamptz, $9 new messages integer, $10 ended boolean
insert into sessions as s (user_id, session_id, bot_name, channel_id, conversation_id, scope, started_at, ended_at,
                           message_count, ended)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (user_id, session_id) do update
   set ended = excluded.ended or (s.ended and excluded.ended_at <= s.ended_at),
       started_at = least(s.started_at, excluded.started_at), ended_at = greatest(s.ended_at, excluded.ended_at),
       message_count = (select count(distinct l.identity)
                          from ledger l
                         where l.user_id = $1 and l.session_id = $2 and l.outcome = 'completed'
                           and (l.withdrawn_at is null
                                or not exists (select 1
                                                 from ledger newer
                                                where newer.user_id = $1 and newer.collection = l.collection
                                                  and newer.point_id = l.point_id and newer.withdrawn_at is null)))
