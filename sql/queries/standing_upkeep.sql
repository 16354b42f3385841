-- How many points are to be read again, and how the sweeps of all collections stand.
select (select count(*) from requeued) as requeued,
       (select coalesce(jsonb_object_agg(collection, jsonb_build_object('finished_at', finished_at, 'counts', last_counts)),
                        '{}')
          from sweeps where finished_at is not null) as sweeps
