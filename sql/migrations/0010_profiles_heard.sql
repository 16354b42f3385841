-- Profiles, insights and digests as agents read them: where a memory may be heard is one rule for everything.

-- What was said in public may be told anywhere, anything else where it was said; a private channel hears all that is known
-- of its user. With that bot, or with any where bots share.
create or replace function enrichment_visible(who text, bot text, place text)
returns table (bot_name text, scope text) language sql stable as $$
    select p.bot_name, p.scope
      from user_profiles p
     where p.user_id = who and (p.scope in ('', 'public', place) or enrichment_is_private(place))
       and (p.bot_name = bot or coalesce((select m.bots_share from memory_rules m), false))
$$;

-- The profile to be shown in a channel: that of its scope, else the public one; of the bot, else of one that shares.
create function enrichment_profile(who text, bot text, place text) returns setof user_profiles language sql stable as $$
    select p.*
      from user_profiles p
     where p.user_id = who and p.scope in ('', 'public', place) and p.version > 0
       and (p.bot_name = bot or coalesce((select m.bots_share from memory_rules m), false))
     order by p.bot_name = bot desc, p.scope = place desc, p.last_active desc, p.bot_name, p.scope
     limit 1
$$;

create function enrichment_api.profile(who text, bot text, heard_in text)
returns table (summary text, traits jsonb, interests jsonb, entities jsonb, preferences jsonb, work jsonb, language text,
               timezone text, timezone_from text, platform_ids jsonb, first_seen timestamptz, last_active timestamptz,
               version integer, composed_at timestamptz, stale_since timestamptz)
language sql stable security definer as $$
    select p.summary, p.traits, p.interests, p.entities, p.preferences, p.work, p.language, p.timezone, p.timezone_from,
           p.platform_ids, p.first_seen, p.last_active, p.version, p.composed_at, p.stale_since
      from enrichment_profile(who, bot, heard_in) p
$$;

-- The confirmed insights, the surest first; candidates and what rests on an ended fact are not shown.
create function enrichment_api.insights(who text, bot text, heard_in text, most integer)
returns table (about text, category text, subcategory text, name text, value text, confidence double precision,
               sample_size integer, supporting_text text, last_at timestamptz)
language sql stable security definer as $$
    select i.about, i.category, i.subcategory, i.name, i.value, i.confidence, i.sample_size, i.supporting_text, i.last_at
      from enrichment_profile(who, bot, heard_in) p
      join insights i on i.user_id = p.user_id and i.bot_name = p.bot_name and i.scope = p.scope
     where i.state = 'confirmed' and i.stale_since is null
     order by i.confidence desc, i.insight_id
     limit most
$$;

-- The digests of days, weeks or months that begin in a stretch of days, the latest first.
create function enrichment_api.digests(who text, bot text, heard_in text, of_period text, since date, until date)
returns table (starts_on date, title text, summary_text text, topics jsonb, decisions jsonb, questions jsonb,
               message_count integer, revision integer)
language sql stable security definer as $$
    select d.starts_on, d.title, d.summary_text, d.topics, d.decisions, d.questions, d.message_count, d.revision
      from enrichment_visible(who, bot, heard_in) v
      join period_digests d on d.user_id = who and d.bot_name = v.bot_name and d.scope = v.scope
     where d.period = of_period and d.starts_on between since and until and d.stale_since is null
     order by d.starts_on desc, d.bot_name, d.scope
     limit 400
$$;

-- Whose account it is, by their own word or by the host's; the surest first.
create function enrichment_users_of_account(account text)
returns table (user_id text, confidence double precision, last_at timestamptz) language sql stable as $$
    select s.user_id, max(s.confidence), max(s.last_at)
      from signals s
     where s.kind = 'identity' and s.name_key = account
     group by s.user_id
     order by 2 desc, 3 desc, 1
     limit 20
$$;

do $$
declare
    one regprocedure;
begin
    for one in select p.oid from pg_proc p
                where p.pronamespace = 'enrichment_api'::regnamespace and p.proname in ('profile', 'insights', 'digests')
    loop
        execute format('alter function %s set search_path = %I, pg_temp', one, current_schema());
        execute format('revoke execute on function %s from public', one);
    end loop;
end $$;
