-- What may be heard where, in its one place: what was said without a scope anywhere, anything else where it was said.

create or replace function enrichment_visible(who text, bot text, place text)
returns table (bot_name text, scope text) language sql stable as $$
    select p.bot_name, p.scope
      from user_profiles p
     where p.user_id = who and p.scope in ('', place)
       and (p.bot_name = bot or coalesce((select m.bots_share from memory_rules m), false))
$$;

create or replace function enrichment_profile(who text, bot text, place text) returns setof user_profiles
language sql stable as $$
    select p.*
      from user_profiles p
     where p.user_id = who and p.scope in ('', place) and p.version > 0
       and (p.bot_name = bot or coalesce((select m.bots_share from memory_rules m), false))
     order by p.bot_name = bot desc, p.scope = place desc, p.last_active desc, p.bot_name, p.scope
     limit 1
$$;
