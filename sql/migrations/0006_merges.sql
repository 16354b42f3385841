-- Other words for a known fact: what wordings have in common, the links that can be undone; and facts that fade.

alter table facts
    add column likeness text not null default '',
    add column lasts_from timestamptz,             -- of what fades: when somebody last vouched for it
    add column expires_at timestamptz;
create index facts_likeness on facts (user_id, bot_name, scope, subject, predicate, likeness) where likeness <> '';
create index facts_fading on facts (user_id, expires_at) where state = 'active' and expires_at is not null;

create table fact_merges (
    user_id       text not null,
    from_fact     uuid not null,                   -- the wording: a retracted row, which keeps its evidence withdrawn
    into_fact     uuid not null,
    score         double precision not null check (score between 0 and 1),
    reason        text not null check (reason in ('spelling', 'wording', 'model')),
    decided_by    text not null,
    merged_at     timestamptz not null default now(),
    undone_at     timestamptz,
    primary key (user_id, from_fact, into_fact),
    foreign key (user_id, from_fact) references facts on delete cascade,
    foreign key (user_id, into_fact) references facts on delete cascade
);
create index fact_merges_into on fact_merges (user_id, into_fact);
insert into schema_tables (name, guard, erase_order) values ('fact_merges', 'user', 2);

-- What is over is not served, whether or not somebody has noted it yet. Half of the time that something lasts halves it.
create function fact_confidence(confidence double precision, since timestamptz, until timestamptz)
    returns double precision
language sql stable as $$
select case
           when until is null then confidence
           else confidence * power(0.25::float8, greatest(0, extract(epoch from now() - since))::float8
                                                 / extract(epoch from until - since)::float8)
       end
$$;

create or replace view user_facts as
    select user_id, bot_name, category, statement as fact_content,
           fact_confidence(confidence, lasts_from, expires_at) as confidence,
           recorded_at as extracted_at, source_collection
      from facts
     where state = 'active' and (expires_at is null or expires_at > now());
