-- Which of these messages the engines have seen with this text, or with another one.
-- $1 user_id text, $2 identities bytea[], $3 collections text[], $4 point_ids text[], $5 content_hashes bytea[],
-- $6 reasons of skipped messages that engines see all the same text[]
with asked as (
    select *
      from unnest($2::bytea[], $3::text[], $4::text[], $5::bytea[]) with ordinality
        as asked(identity, collection, point_id, content_hash, place)
), ends as (
    select a.place, l.content_hash = a.content_hash as is_same, l.outcome, l.reason
      from asked a
      join ledger l on l.user_id = $1 and l.collection = a.collection and l.point_id = a.point_id
    union all
    select a.place, l.content_hash = a.content_hash, l.outcome, l.reason
      from asked a
      join ledger l on l.user_id = $1 and l.identity = a.identity and l.withdrawn_at is null
    union all
    -- A copy of what is to be read again: its end is not in force, and it may lie under another point.
    select a.place, true, l.outcome, l.reason
      from requeued r
      join ledger l on l.user_id = $1 and l.collection = r.collection and l.point_id = r.point_id
                   and l.content_hash = r.content_hash
      join asked a on a.identity = l.identity and a.content_hash = l.content_hash
     where r.user_id = $1
)
select place::integer - 1 as place, bool_and(is_same) as is_same
  from ends
 where outcome = 'completed' or reason = any ($6::text[])
 group by place
