-- The facts of some claims (of one object where a key is given), in any state, earliest first; also those of every
-- claim, and of its opposite, that has evidence from an earlier reading of some messages, and facts by their ids.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 subjects text[], $5 predicates text[], $6 qualifiers text[],
-- $7 object_keys text[] (NULL: all objects), $8 the messages' identities bytea[], $9 their collections text[] and
-- $10 point_ids text[], $11 fact_ids uuid[], $12 predicates text[] and $13 their opposites text[],
-- $14 likenesses of the slots text[] ('': none): facts of another object too that have it
with messages as (
    select unnest($8::bytea[]) as identity
    union
    select l.identity
      from unnest($9::text[], $10::text[]) as point(collection, point_id)
      join ledger l on l.user_id = $1 and l.collection = point.collection and l.point_id = point.point_id
), claims as (
    select *
      from unnest($4::text[], $5::text[], $6::text[], $7::text[], $14::text[])
        as asked(subject, predicate, qualifier, object_key, likeness)
    union
    select f.subject, each.predicate, f.qualifier, null, ''
      from messages
      join evidence e on e.user_id = $1 and e.identity = messages.identity and e.withdrawn_at is null
      join facts f on f.user_id = $1 and f.fact_id = e.fact_id
      cross join lateral (
        select f.predicate
        union all
        select opposite from unnest($12::text[], $13::text[]) as pair(predicate, opposite)
         where pair.predicate = f.predicate
      ) as each(predicate)
), wanted as (
    select of_claim.fact_id
      from claims c
      cross join lateral (
        select f.fact_id
          from facts f
         where f.user_id = $1 and f.bot_name = $2 and f.scope = $3 and f.subject = c.subject
           and f.predicate = c.predicate and f.qualifier = c.qualifier
           and (c.object_key is null or f.object_key = c.object_key)
        offset 0 -- keeps the lookup apart: joined, it may become a scan of everything known of the user
      ) as of_claim
    union
    select alike.fact_id
      from claims c
      cross join lateral (
        select f.fact_id
          from facts f
         where c.likeness <> '' and f.user_id = $1 and f.bot_name = $2 and f.scope = $3 and f.subject = c.subject
           and f.predicate = c.predicate and f.qualifier = c.qualifier and f.likeness = c.likeness and f.likeness <> ''
        offset 0
      ) as alike
    union
    select asked.fact_id
      from unnest($11::uuid[]) as asked(fact_id)
)
select f.*
  from facts f
 where f.user_id = $1 and f.fact_id = any (array(select wanted.fact_id from wanted))
 order by f.valid_from, f.fact_id
