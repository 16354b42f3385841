-- What users say of insights outlasts the next composition, which makes insights anew.

create table insight_verdicts (
    user_id       text not null,
    insight_id    uuid not null,                   -- follows from what the insight says, so that it is known again
    verdict       text not null check (verdict in ('confirm', 'reject')),
    given_at      timestamptz not null default now(),
    primary key (user_id, insight_id)
);
insert into schema_tables (name, guard) values ('insight_verdicts', 'user');

-- Rejected ones are kept as long as what they rest on, so that they can be confirmed after all; nobody is shown them.
alter table insights drop constraint insights_state_check,
    add constraint insights_state_check check (state in ('candidate', 'confirmed', 'rejected'));
