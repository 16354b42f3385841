-- Write that somebody asks for something, and forget what was asked more than two years ago.
-- $1 asked_by text, $2 action text, $3 user_hash bytea, $4 about text
with old as (
    delete from admin_actions where asked_at < now() - interval '2 years'
)
insert into admin_actions (asked_by, action, user_hash, about)
values ($1, $2, $3, $4)
returning action_id
