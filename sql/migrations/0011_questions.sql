-- What agents ask for besides a load, what they tell, and who may call all of it.

-- ── profiles, insights and digests: where a memory may be heard is one rule for everything ───────────────────────────

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

-- ── recall: what of a memory has to do with some words, a time, or a category ────────────────────────────────────────

-- Looks at the latest 2,000 facts and 500 summaries of each place that may be drawn on: a whole memory but for very long
-- ones. Words are looked for by their beginning, so that endings do not matter; pieces, for scripts without spaces,
-- anywhere. `hits` are the places of what was found in (words, pieces), `documents` is how many texts were looked at:
-- the reader weighs them.
create function enrichment_api.recall(who text, bot text, heard_in text, words text[], pieces text[],
                                      since timestamptz, until timestamptz, categories text[], most integer)
returns table (kind text, id text, said text, category text, confidence double precision, importance double precision,
               occurred_from timestamptz, occurred_until timestamptz, said_at timestamptz, hits text,
               documents bigint, quotes text)
language plpgsql stable security definer as $$
#variable_conflict use_column
begin
    return query
    with places as materialized (
        select * from enrichment_visible(who, bot, heard_in)
    ), asked as materialized (
        select n, to_tsquery('simple', quote_literal(word) || ':*') as query
          from unnest(words) with ordinality as each(word, n)
    ), texts as (
        select 'fact' as kind, f.fact_id as id, f.statement as said, f.category, f.confidence,
               enrichment_importance(f.category, f.confidence, f.evidence_count) as importance,
               f.occurred_from, f.occurred_until, f.said_at
          from places v
          cross join lateral (
            select *
              from facts f
             where f.user_id = who and f.bot_name = v.bot_name and f.scope = v.scope and f.state = 'active'
             order by f.updated_at desc, f.fact_id
             limit 2000
          ) f
        union all
        select 'summary', s.session_id, s.title || ': ' || s.summary_text, null, null, 0.5, s.start_timestamp,
               s.end_timestamp, s.end_timestamp
          from places v
          cross join lateral (
            select *
              from conversation_summaries s
             where s.user_id = who and s.bot_name = v.bot_name and s.scope = v.scope
             order by s.end_timestamp desc
             limit 500
          ) s
    ), looked_at as (
        select t.*, count(*) over () as documents,
               array(select a.n from asked a where to_tsvector('simple', t.said) @@ a.query order by a.n)
               || array(select cardinality(words) + p.n from unnest(pieces) with ordinality as p(piece, n)
                         where position(p.piece in lower(t.said)) > 0 order by p.n) as hits
          from texts t
    )
    select l.kind, l.id::text, l.said, l.category, l.confidence, l.importance, l.occurred_from, l.occurred_until,
           l.said_at, array_to_string(l.hits, ' '), l.documents,
           (select json_agg(json_build_array(e.point_id, e.quote) order by e.said_at, e.identity)::text
              from (
                select * from evidence e
                 where l.kind = 'fact' and e.user_id = who and e.fact_id = l.id and e.withdrawn_at is null
                 order by e.said_at, e.identity
                 limit 3
              ) e)
      from (
        select *
          from looked_at l
         where (since is null or coalesce(l.occurred_until, l.occurred_from, l.said_at) >= since)
           and (until is null or coalesce(l.occurred_from, l.said_at) < until)
           and (categories is null or l.category = any (categories))
           and (cardinality(l.hits) > 0 or since is not null or until is not null or categories is not null)
         order by cardinality(l.hits) desc, l.said_at desc, l.id
         limit most
      ) l;
end $$;

-- ── which memories a host used, and when: what engines learn from about forgetting and about what is needed ──────────

create table access_log (
    user_id       text not null,
    bot_name      text not null,
    access_id     uuid not null default gen_random_uuid(),
    fact_id       uuid,                            -- a fact of ours, or (and then it is this one that counts)
    point_id      text,                            -- the point of a message
    -- loaded: stood in a context;  recalled: was looked for and found;  used: an answer rests on it
    kind          text not null check (kind in ('loaded', 'recalled', 'used')),
    at            timestamptz not null,
    logged_at     timestamptz not null default clock_timestamp(),
    primary key (user_id, access_id),
    check (num_nonnulls(fact_id, point_id) > 0)
);
create index access_log_pair on access_log (user_id, bot_name, logged_at, access_id);
insert into schema_tables (name, guard) values ('access_log', 'user');

-- Notes accesses, the same element of each array being one; those of users who opted out are not kept, and what is
-- older than 90 days goes. Returns how many were noted, at most 1,000.
create function enrichment_api.log_accesses(who text, bot text, fact_ids uuid[], point_ids text[], kinds text[],
                                            times timestamptz[])
returns integer language plpgsql security definer as $$
declare
    noted integer;
begin
    -- A limit that may change from row to row cannot be looked up by the index: now() does not.
    delete from access_log where user_id = who and bot_name = bot and logged_at < now() - interval '90 days';
    insert into access_log (user_id, bot_name, fact_id, point_id, kind, at)
    select who, bot, one.fact_id, left(one.point_id, 200), one.kind, least(one.at, clock_timestamp())
      from unnest(fact_ids, point_ids, kinds, times) as one(fact_id, point_id, kind, at)
     where not exists (select from opt_outs where user_hash = sha256(convert_to(who, 'UTF8')))
     limit 1000;
    get diagnostics noted = row_count;
    return noted;
end $$;

-- ── the fast track: an agent asks that a user be served now, and whether all until then has come to its end ──────────

-- Returns what `is_settled` needs to know of now: the first pass over each collection that will have seen everything.
create function enrichment_api.request(who text) returns text language plpgsql security definer as $$
begin
    insert into users (user_id, requested_at) values (who, clock_timestamp())
    on conflict (user_id) do update set requested_at = excluded.requested_at;
    -- Only wakes who sleeps: the row is the truth.
    perform pg_notify('enrichment_requests', '');
    return jsonb_build_object(
        'at', clock_timestamp(),
        'passes', coalesce((select jsonb_object_agg(collection, next_pass) from plan_passes), '{}'))::text;
end $$;

-- A collection that nobody has planned for a day is served no more. Before any worker has looked, nothing is settled.
create function enrichment_api.is_settled(who text, request text) returns boolean
language sql stable security definer as $$
    with asked as (
        select (request::jsonb ->> 'at')::timestamptz as at, request::jsonb -> 'passes' as passes
    ), passes as (
        select p.collection, p.current_pass, p.current_pass >= coalesce((asked.passes ->> p.collection)::bigint, 1) as seen
          from plan_passes p, asked
         where p.planned_at is null or p.planned_at > asked.at - interval '1 day'
    )
    select coalesce((select bool_and(seen) from passes), false)
       and not exists (
           select from backlog b join passes p on p.collection = b.collection and p.current_pass = b.pass, asked
            where b.user_id = who and coalesce(b.oldest, '-infinity') <= asked.at)
       and not exists (select from open_batches o where o.user_id = who)
       and not exists (select from requeued r, asked where r.user_id = who and r.asked_at <= asked.at)
       and not exists (select from ledger l where l.user_id = who and l.settled_at is null and l.withdrawn_at is null)
       and not exists (select from users u where u.user_id = who and u.lease_until > clock_timestamp())
$$;

-- ── rights ───────────────────────────────────────────────────────────────────────────────────────────────────────────

alter function enrichment_guard_tables() rename to enrichment_guard_only_tables;

-- As before, and who may call what agents read with.
create function enrichment_guard_readers() returns boolean language plpgsql as $$
begin
    if not enrichment_guard_only_tables() then
        return false;
    end if;
    grant usage on schema enrichment_api to enrichment_reader;
    grant execute on all functions in schema enrichment_api to enrichment_reader;
    return true;
end $$;

-- As before, and what keeps caches fresh; a later migration may replace it, and has to grant this too.
create function enrichment_guard_tables() returns boolean language plpgsql as $$
begin
    if not enrichment_guard_readers() then
        return false;
    end if;
    grant execute on function enrichment_extend_caches(timestamptz, interval, timestamptz, integer) to enrichment_worker;
    grant execute on function enrichment_drop_caches(timestamptz, integer) to enrichment_worker;
    return true;
end $$;

do $$
declare
    one regprocedure;
begin
    -- Such functions must not find somebody else's tables before ours.
    for one in select p.oid from pg_proc p
                where p.pronamespace = 'enrichment_api'::regnamespace
                   or p.pronamespace = current_schema()::regnamespace
                      and p.proname in ('enrichment_extend_caches', 'enrichment_drop_caches') loop
        execute format('alter function %s set search_path = %I, pg_temp', one, current_schema());
        execute format('revoke execute on function %s from public', one);
    end loop;
end $$;
