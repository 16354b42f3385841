-- The facts of some claims (of one object where a key is given), facts by their ids, and facts that rest on some
-- messages, in any state, earliest first.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 subjects text[], $5 predicates text[], $6 qualifiers text[],
-- $7 object_keys text[] (NULL: all objects), $8 fact_ids uuid[], $9 identities bytea[]
select f.*
  from (select f.fact_id
          from unnest($4::text[], $5::text[], $6::text[], $7::text[]) as claim(subject, predicate, qualifier, object_key)
          join facts f on f.user_id = $1 and f.bot_name = $2 and f.scope = $3 and f.subject = claim.subject
                      and f.predicate = claim.predicate and f.qualifier = claim.qualifier
                      and (claim.object_key is null or f.object_key = claim.object_key)
        union
        select asked.fact_id from unnest($8::uuid[]) as asked(fact_id)
        union
        select e.fact_id
          from evidence e
         where e.user_id = $1 and e.identity = any ($9::bytea[]) and e.withdrawn_at is null) as wanted
  join facts f on f.user_id = $1 and f.fact_id = wanted.fact_id
 order by f.valid_from, f.fact_id
