-- How many states each engine keeps, and how many bytes they are.
select engine, count(*) as states, coalesce(sum(octet_length(state)), 0)::bigint as bytes
  from engine_states
 group by engine
 order by engine
