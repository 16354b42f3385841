-- The facts of some claims (of one object where a key is given), in any state, earliest first; also those of every
-- claim, and of its opposite, that has evidence from another text of some messages, and facts by their ids.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 subjects text[], $5 predicates text[], $6 qualifiers text[],
-- $7 object_keys text[] (NULL: all objects), $8 identities bytea[], $9 content_hashes bytea[],
-- $10 fact_ids uuid[], $11 predicates text[] and $12 their opposites text[]
with claims as (
    select *
      from unnest($4::text[], $5::text[], $6::text[], $7::text[]) as asked(subject, predicate, qualifier, object_key)
    union
    select f.subject, each.predicate, f.qualifier, null
      from unnest($8::bytea[], $9::bytea[]) as message(identity, content_hash)
      join evidence e on e.user_id = $1 and e.identity = message.identity and e.content_hash <> message.content_hash
                     and e.withdrawn_at is null
      join facts f on f.user_id = $1 and f.fact_id = e.fact_id
      cross join lateral (
        select f.predicate
        union all
        select opposite from unnest($11::text[], $12::text[]) as pair(predicate, opposite)
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
    select asked.fact_id
      from unnest($10::uuid[]) as asked(fact_id)
)
select f.*
  from facts f
 where f.user_id = $1 and f.fact_id = any (array(select wanted.fact_id from wanted))
 order by f.valid_from, f.fact_id
