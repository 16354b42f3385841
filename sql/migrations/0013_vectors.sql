-- Recall by meaning: which rows of the memory have a vector, and which have to be looked at. The vectors themselves lie
-- in a Qdrant collection of ours, without any text, and can be made again from here.

create table vector_index (                        -- one row as soon as somebody wants vectors
    one           boolean primary key default true check (one),
    collection    text not null,
    model         text not null,                   -- vectors of another are not comparable
    dimensions    integer not null,
    after         text default '',                 -- the user at whom the walk over the whole memory stands; NULL: done
    day           date not null default current_date,
    day_tokens    bigint not null default 0        -- sent on that day (UTC)
);

create table vectors (
    user_id       text not null,
    kind          text not null check (kind in ('fact', 'summary', 'digest')),
    row_id        uuid not null,
    due_at        timestamptz,                     -- when to look at the row; NULL: its vector is as it should be
    text_hash     bytea,                           -- of what the vector was made of; NULL: there is none yet
    primary key (user_id, kind, row_id)
);
create index vectors_due on vectors (due_at) where due_at is not null;

-- Whose points must be gone: by hash, because nothing else is left of them.
create table vector_erasures (
    user_hash     bytea primary key,
    asked_at      timestamptz not null             -- what was written later is of somebody who came back
);

insert into schema_tables (name, guard, erase_order) values ('vectors', 'listed', 3);
insert into schema_tables (name, guard) values ('vector_index', 'shared'), ('vector_erasures', 'shared');

-- ── what changes is due, whoever changes it ─────────────────────────────────────────────────────────────────────────

-- A month has no id of its own.
create function enrichment_digest_id(who text, bot text, place text, month date) returns uuid language sql stable
return md5(jsonb_build_array(who, bot, place, to_char(month, 'YYYY-MM'))::text)::uuid;

create function enrichment_facts_told() returns trigger language plpgsql as $$
begin
    if exists (select from vector_index) then
        insert into vectors (user_id, kind, row_id, due_at)
        select user_id, 'fact', fact_id, clock_timestamp() from touched where state = 'active' order by user_id, fact_id
        on conflict (user_id, kind, row_id) do update set due_at = excluded.due_at;
        update vectors v set due_at = clock_timestamp()
          from touched t
         where v.user_id = t.user_id and v.kind = 'fact' and v.row_id = t.fact_id and t.state <> 'active';
    end if;
    return null;
end $$;
create trigger facts_told after insert on facts referencing new table as touched for each statement
    execute function enrichment_facts_told();
create trigger facts_retold after update on facts referencing new table as touched for each statement
    execute function enrichment_facts_told();

create function enrichment_facts_untold() returns trigger language plpgsql as $$
begin
    update vectors v set due_at = clock_timestamp()
      from touched t
     where v.user_id = t.user_id and v.kind = 'fact' and v.row_id = t.fact_id;
    return null;
end $$;
create trigger facts_untold after delete on facts referencing old table as touched for each statement
    execute function enrichment_facts_untold();

create function enrichment_summaries_told() returns trigger language plpgsql as $$
begin
    if exists (select from vector_index) then
        insert into vectors (user_id, kind, row_id, due_at)
        select user_id, 'summary', session_id, clock_timestamp() from touched order by user_id, session_id
        on conflict (user_id, kind, row_id) do update set due_at = excluded.due_at;
    end if;
    return null;
end $$;
create trigger summaries_told after insert on conversation_summaries referencing new table as touched
    for each statement execute function enrichment_summaries_told();
create trigger summaries_retold after update on conversation_summaries referencing new table as touched
    for each statement execute function enrichment_summaries_told();

create function enrichment_summaries_untold() returns trigger language plpgsql as $$
begin
    update vectors v set due_at = clock_timestamp()
      from touched t
     where v.user_id = t.user_id and v.kind = 'summary' and v.row_id = t.session_id;
    return null;
end $$;
create trigger summaries_untold after delete on conversation_summaries referencing old table as touched
    for each statement execute function enrichment_summaries_untold();

-- Days and weeks say what the summaries of their sessions say; a month is what is left of those.
create function enrichment_digests_told() returns trigger language plpgsql as $$
begin
    if exists (select from vector_index) then
        insert into vectors (user_id, kind, row_id, due_at)
        select user_id, 'digest', enrichment_digest_id(user_id, bot_name, scope, starts_on), clock_timestamp()
          from touched
         where period = 'month'
         order by 1, 3
        on conflict (user_id, kind, row_id) do update set due_at = excluded.due_at;
    end if;
    return null;
end $$;
create trigger digests_told after insert on period_digests referencing new table as touched
    for each statement execute function enrichment_digests_told();
create trigger digests_retold after update on period_digests referencing new table as touched
    for each statement execute function enrichment_digests_told();

create function enrichment_digests_untold() returns trigger language plpgsql as $$
begin
    update vectors v set due_at = clock_timestamp()
      from touched t
     where v.user_id = t.user_id and v.kind = 'digest' and t.period = 'month'
       and v.row_id = enrichment_digest_id(t.user_id, t.bot_name, t.scope, t.starts_on);
    return null;
end $$;
create trigger digests_untold after delete on period_digests referencing old table as touched
    for each statement execute function enrichment_digests_untold();

-- ── erasing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

do $$
declare
    before text := pg_get_functiondef('enrichment_erase_user(text, timestamptz)'::regprocedure);
    last_act text := '    return counts;';
    after text := replace(before, last_act, $act$    -- Their rows are gone by now, and whoever held one to write its point is done.
    insert into vector_erasures (user_hash, asked_at)
    select sha256(convert_to(who, 'UTF8')), clock_timestamp() from vector_index
    on conflict (user_hash) do update set asked_at = excluded.asked_at;
$act$ || last_act);
begin
    if after = before then
        raise exception 'an erasure does not end as it used to';
    end if;
    execute after;
end $$;

-- ── the rows behind vectors ─────────────────────────────────────────────────────────────────────────────────────────

-- The text of each row that may be recalled at all, and where; nothing for one that has ended.
create function enrichment_vector_texts(users text[], kinds text[], ids uuid[])
returns table (user_id text, kind text, row_id uuid, bot_name text, scope text, said text)
language sql stable as $$
    select w.user_id, w.kind, w.row_id, t.bot_name, t.scope, t.said
      from unnest(users, kinds, ids) as w(user_id, kind, row_id)
      cross join lateral (
        select f.bot_name, f.scope,
               concat_ws(E'\n', f.statement, (select e.quote from evidence e
                                               where e.user_id = f.user_id and e.fact_id = f.fact_id
                                                 and e.withdrawn_at is null
                                               order by e.said_at, e.identity
                                               limit 1)) as said
          from facts f
         where w.kind = 'fact' and f.user_id = w.user_id and f.fact_id = w.row_id and f.state = 'active'
        union all
        select s.bot_name, s.scope, s.title || E'\n' || s.summary_text
          from conversation_summaries s
         where w.kind = 'summary' and s.user_id = w.user_id and s.session_id = w.row_id
        union all
        select d.bot_name, d.scope, d.title || E'\n' || d.summary_text
          from period_digests d
         where w.kind = 'digest' and d.user_id = w.user_id and d.period = 'month'
           and enrichment_digest_id(d.user_id, d.bot_name, d.scope, d.starts_on) = w.row_id
      ) t
$$;

create function enrichment_api.recall_these(who text, bot text, heard_in text, kinds text[], ids uuid[],
                                            since timestamptz, until timestamptz, categories text[])
returns table (kind text, id text, said text, category text, confidence double precision, importance double precision,
               occurred_from timestamptz, occurred_until timestamptz, said_at timestamptz, hits text,
               documents bigint, quotes text)
language plpgsql stable security definer as $$
#variable_conflict use_column
begin
    return query
    with places as materialized (
        select * from enrichment_visible(who, bot, heard_in)
    ), wanted as materialized (
        select w.kind, w.row_id from unnest(kinds, ids) as w(kind, row_id) limit 1000
    ), texts as (
        select 'fact' as kind, f.fact_id as id, f.bot_name, f.scope, f.statement as said, f.category, f.confidence,
               enrichment_importance(f.category, f.confidence, f.evidence_count) as importance,
               f.occurred_from, f.occurred_until, f.said_at
          from wanted w
          join facts f on f.user_id = who and f.fact_id = w.row_id and f.state = 'active'
                      and (f.expires_at is null or f.expires_at > now())
         where w.kind = 'fact'
        union all
        select 'summary', s.session_id, s.bot_name, s.scope, s.title || ': ' || s.summary_text, null, null, 0.5,
               s.start_timestamp, s.end_timestamp, s.end_timestamp
          from wanted w
          join conversation_summaries s on s.user_id = who and s.session_id = w.row_id
         where w.kind = 'summary'
        union all
        select 'digest', w.row_id, d.bot_name, d.scope, d.title || ': ' || d.summary_text, null, null, 0.5,
               d.starts_on::timestamp at time zone 'UTC',
               (d.starts_on + interval '1 month') at time zone 'UTC', d.updated_at
          from wanted w
          join period_digests d on d.user_id = who and d.period = 'month'
                               and enrichment_digest_id(who, d.bot_name, d.scope, d.starts_on) = w.row_id
         where w.kind = 'digest'
    )
    select t.kind, t.id::text, t.said, t.category, t.confidence, t.importance, t.occurred_from, t.occurred_until,
           t.said_at, '', 0::bigint,
           (select json_agg(json_build_array(e.point_id, e.quote) order by e.said_at, e.identity)::text
              from (
                select * from evidence e
                 where t.kind = 'fact' and e.user_id = who and e.fact_id = t.id and e.withdrawn_at is null
                 order by e.said_at, e.identity
                 limit 3
              ) e)
      from texts t
      join places v on v.bot_name = t.bot_name and v.scope = t.scope
     where (since is null or coalesce(t.occurred_until, t.occurred_from, t.said_at) >= since)
       and (until is null or coalesce(t.occurred_from, t.said_at) < until)
       and (categories is null or t.category = any (categories));
end $$;

do $$
declare
    one regprocedure := 'enrichment_api.recall_these(text, text, text, text[], uuid[], timestamptz, timestamptz, text[])';
begin
    execute format('alter function %s set search_path = %I, pg_temp', one, current_schema());
    execute format('revoke execute on function %s from public', one);
end $$;
