-- Write what a user said of a fact.
-- $1 user_id text, $2 feedback_id uuid, $3 fact_id uuid, $4 verdict text, $5 comment text, $6 correction text,
-- $7 corrected_by uuid, $8 given_at timestamptz
insert into feedback (user_id, feedback_id, fact_id, verdict, comment, correction, corrected_by, given_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
