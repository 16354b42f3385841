-- What a user said of a fact, earliest first.
-- $1 user_id text, $2 fact_id uuid
select feedback_id, verdict, comment, correction, corrected_by, given_at
  from feedback
 where user_id = $1 and fact_id = $2
 order by given_at, feedback_id
