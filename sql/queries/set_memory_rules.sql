-- Say what the settings say of serving, where it is not so already.
-- $1 bots_share boolean
insert into memory_rules (bots_share)
values ($1)
on conflict (one) do update
   set bots_share = excluded.bots_share
 where memory_rules.bots_share <> excluded.bots_share
