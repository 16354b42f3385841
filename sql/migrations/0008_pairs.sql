-- When a pair's rows were last made anew, how many messages have come since, and whether somebody wants them anew.

alter table engine_pairs
    add column unreported    integer not null default 0,
    add column reported_at   timestamptz,
    add column invalid_since timestamptz;
create index engine_pairs_behind on engine_pairs (last_message_at) where unreported > 0 or invalid_since is not null;

-- What was read before the engines could see it is theirs after a rebuild.
insert into engine_pairs (user_id, bot_name, last_message_at, dirty_since)
select user_id, bot_name, max(said_at), now()
  from ledger
 where withdrawn_at is null and (outcome = 'completed' or reason in ('trivial', 'no_user_message'))
 group by user_id, bot_name
on conflict (user_id, bot_name) do nothing;
