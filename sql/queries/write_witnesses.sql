-- Write what messages witness, once for each signal and message, and drop what is kept no longer; then the signals that
-- nobody witnesses any more.
-- $1 user_id text, $2 signal_ids uuid[], $3 identities bytea[], $4 names text[], $5 values text[], $6 quotes text[],
-- $7 weights double precision[], $8 said_at timestamptz[], $9 batch_id uuid, $10 signal_ids uuid[] and
-- $11 identities bytea[] of witnesses to drop, $12 signal_ids uuid[] of signals to drop
with old as (
    delete from signal_evidence e
     using unnest($10::uuid[], $11::bytea[]) as one(signal_id, identity)
     where e.user_id = $1 and e.signal_id = one.signal_id and e.identity = one.identity
), unwitnessed as (
    delete from signals
     where user_id = $1 and signal_id = any ($12::uuid[])
)
insert into signal_evidence (user_id, signal_id, identity, name, value, quote, weight, said_at, batch_id)
select $1, one.*, $9
  from unnest($2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::double precision[], $8::timestamptz[])
       as one
on conflict (user_id, signal_id, identity) do update
   set name = excluded.name, value = excluded.value, quote = excluded.quote, weight = excluded.weight,
       said_at = excluded.said_at, batch_id = excluded.batch_id
