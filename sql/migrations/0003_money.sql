-- Money and pace: what each user may spend in a day, and how fast a model may be asked by all replicas together.

alter table budgets
    add column user_id text,                   -- whose budget it is; NULL: everybody's
    add column day date;                       -- the day that it is for, if it is forgotten after it
create index budgets_of_users on budgets (user_id) where user_id is not null;
create index budgets_of_days on budgets (day) where day is not null;

alter table model_calls add column messages integer not null default 0;   -- new messages in the prompt
create index model_calls_answered on model_calls (model, ended_at desc) where completion_tokens > 0;

create table paces (
    model      text primary key,              -- host and model: what a provider counts by
    pace       jsonb not null,                -- pacing.pace.Pace
    updated_at timestamptz not null default now()
);
