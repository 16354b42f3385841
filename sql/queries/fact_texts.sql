-- What a user's facts say and rest on, withdrawn evidence too, for looking for words in it.
-- $1 user_id text
select f.fact_id, f.statement, f.object, coalesce(string_agg(e.quote, E'\n'), '') as quotes
  from facts f
  left join evidence e on e.user_id = f.user_id and e.fact_id = f.fact_id
 where f.user_id = $1
 group by f.fact_id, f.statement, f.object
