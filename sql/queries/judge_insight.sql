-- Note what a user says of an insight in place of what they said before, and let it be so now; no row if it is gone.
-- $1 user_id text, $2 insight_id uuid, $3 verdict text
with noted as (
    insert into insight_verdicts (user_id, insight_id, verdict)
    select user_id, insight_id, $3::text
      from insights
     where user_id = $1 and insight_id = $2
    on conflict (user_id, insight_id) do update set verdict = excluded.verdict, given_at = now()
    returning verdict
)
update insights
   set state = case noted.verdict when 'confirm' then 'confirmed' else 'rejected' end
  from noted
 where user_id = $1 and insight_id = $2
returning insight_id, bot_name, scope, about, category, name, value, confidence, state, supporting_text
