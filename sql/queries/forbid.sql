-- Write what must not be remembered of a user: words, or the hash of a claim with its object.
-- $1 user_id text, $2 words text, $3 claim_hash bytea
insert into forbidden (user_id, words, claim_hash)
select $1, $2, $3
 where not exists (select from forbidden
                    where user_id = $1 and words is not distinct from $2 and claim_hash is not distinct from $3)
