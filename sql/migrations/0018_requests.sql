-- The fast track: an agent asks that a user be served now, and whether what was said until then has come to its end.

-- Returns what `is_settled` needs to know of now: the first pass over each collection that will have seen everything.
create function enrichment_api.request(who text) returns text language plpgsql security definer as $$
begin
    insert into users (user_id, requested_at) values (who, clock_timestamp())
    on conflict (user_id) do update set requested_at = excluded.requested_at;
    -- Only wakes who sleeps: the row is the truth.
    perform pg_notify('enrichment_requests', '');
    return jsonb_build_object(
        'at', clock_timestamp(),
        'passes', coalesce((select jsonb_object_agg(collection, next_pass) from plan_passes), '{}'))::text;
end $$;

-- A collection that nobody has planned for a day is served no more. Before any worker has looked, nothing is settled.
create function enrichment_api.is_settled(who text, request text) returns boolean
language sql stable security definer as $$
    with asked as (
        select (request::jsonb ->> 'at')::timestamptz as at, request::jsonb -> 'passes' as passes
    ), passes as (
        select p.collection, p.current_pass, p.current_pass >= coalesce((asked.passes ->> p.collection)::bigint, 1) as seen
          from plan_passes p, asked
         where p.planned_at is null or p.planned_at > asked.at - interval '1 day'
    )
    select coalesce((select bool_and(seen) from passes), false)
       and not exists (
           select from backlog b join passes p on p.collection = b.collection and p.current_pass = b.pass, asked
            where b.user_id = who and coalesce(b.oldest, '-infinity') <= asked.at)
       and not exists (select from open_batches o where o.user_id = who)
       and not exists (select from requeued r, asked where r.user_id = who and r.asked_at <= asked.at)
       and not exists (select from ledger l where l.user_id = who and l.settled_at is null and l.withdrawn_at is null)
       and not exists (select from users u where u.user_id = who and u.lease_until > clock_timestamp())
$$;

do $$
declare
    one regprocedure;
begin
    for one in select p.oid from pg_proc p where p.pronamespace = 'enrichment_api'::regnamespace loop
        execute format('alter function %s set search_path = %I, pg_temp', one, current_schema());
        execute format('revoke execute on function %s from public', one);
    end loop;
end $$;
