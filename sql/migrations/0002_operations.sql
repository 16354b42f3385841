-- What operators and the full sweep need: messages to be read again, pauses, and how far a sweep has come.

create table requeued (                            -- until the message has come to its end again
    user_id       text not null,
    collection    text not null,
    point_id      text not null,
    content_hash  bytea not null,
    reason        text not null check (reason in ('reenrich', 'retry')),
    asked_at      timestamptz not null default now(),
    reopened_at   timestamptz,                     -- when the store was seen to say pending
    primary key (user_id, collection, point_id)
);
create index requeued_waiting on requeued (asked_at) where reopened_at is null;
create index requeued_point on requeued (collection, point_id);

create table pauses (
    paused_at     timestamptz primary key default clock_timestamp(),
    reason        text not null,
    resumed_at    timestamptz
);
create unique index pauses_in_force on pauses ((true)) where resumed_at is null;

create table sweeps (
    collection    text primary key,
    phase         text not null default 'points' check (phase in ('points', 'ledger')),
    after         text,                            -- where the last slice ended
    counts        jsonb not null default '{}',     -- of the pass under way
    started_at    timestamptz not null default clock_timestamp(),
    next_at       timestamptz not null default clock_timestamp(),
    finished_at   timestamptz,
    last_counts   jsonb                            -- of the last pass that came to its end
);
