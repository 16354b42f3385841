-- Write the insights of a memory in place of those before; what has not changed is left alone. What the user has said of
-- one decides whether it is shown.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 insights jsonb
with said as (
    select *
      from jsonb_to_recordset($4) as one(insight_id uuid, about text, category text, subcategory text, name text,
                                         value text, confidence double precision, sample_size integer, state text,
                                         supporting_text text, fact_ids uuid[], signal_ids uuid[], last_at timestamptz)
), gone as (
    delete from insights i
     where i.user_id = $1 and i.bot_name = $2 and i.scope = $3
       and not exists (select from said where said.insight_id = i.insight_id)
)
insert into insights as i (user_id, bot_name, scope, insight_id, about, category, subcategory, name, value, confidence,
                           sample_size, state, supporting_text, fact_ids, signal_ids, last_at)
select $1, $2, $3, said.insight_id, about, category, subcategory, name, value, confidence, sample_size,
       case v.verdict when 'confirm' then 'confirmed' when 'reject' then 'rejected' else said.state end,
       supporting_text, fact_ids, signal_ids, last_at
  from said
  left join insight_verdicts v on v.user_id = $1 and v.insight_id = said.insight_id
on conflict (user_id, insight_id) do update
   set subcategory = excluded.subcategory, name = excluded.name, value = excluded.value,
       confidence = excluded.confidence, sample_size = excluded.sample_size, state = excluded.state,
       supporting_text = excluded.supporting_text, fact_ids = excluded.fact_ids, signal_ids = excluded.signal_ids,
       last_at = excluded.last_at, stale_since = null
 where row(i.name, i.value, i.confidence, i.sample_size, i.state, i.supporting_text, i.fact_ids, i.signal_ids, i.last_at)
       is distinct from row(excluded.name, excluded.value, excluded.confidence, excluded.sample_size, excluded.state,
                            excluded.supporting_text, excluded.fact_ids, excluded.signal_ids, excluded.last_at)
    or i.stale_since is not null
