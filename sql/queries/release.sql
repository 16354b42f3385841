-- Give a lease back; a request that came after the claim stays for the next turn. Of somebody who was erased and has
-- said nothing since, no row stays behind.
-- $1 user_id text, $2 owner uuid, $3 fence bigint, $4 served boolean
with erased as (
    delete from users
     where user_id = $1 and owner = $2 and fence = $3
       and exists (select from tombstones where user_hash = sha256(convert_to($1, 'UTF8')))
       and not exists (select from ledger where user_id = $1)
    returning user_id
)
update users
   set owner = null,
       lease_until = null,
       claimed_at = null,
       served_at = case when $4::boolean then clock_timestamp() else served_at end,
       requested_at = case when $4::boolean and requested_at <= claimed_at then null else requested_at end
 where user_id = $1 and owner = $2 and fence = $3 and not exists (select from erased)
