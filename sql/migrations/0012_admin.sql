-- Who did what on the admin page, and when. Of users it keeps the hash that a tombstone keeps, and nothing they said.

create table admin_actions (
    action_id     uuid primary key default gen_random_uuid(),
    asked_at      timestamptz not null default clock_timestamp(),
    asked_by      text not null,                   -- how they came in, and a mark of their session
    action        text not null,
    user_hash     bytea,                           -- SHA-256 of the user id
    about         text,                            -- names of the program's own: an engine, a reason, a collection
    outcome       text check (outcome in ('done', 'nothing', 'failed')),   -- NULL: under way, or the process died
    counts        jsonb not null default '{}',
    ended_at      timestamptz
);
create index admin_actions_latest on admin_actions (asked_at desc);
create index admin_actions_of_user on admin_actions (user_hash, asked_at desc) where user_hash is not null;
insert into schema_tables (name, guard) values ('admin_actions', 'shared');
