-- How long a model's last 100 answers were, in tokens for each new message: the tenth and the ninetieth percentile.
-- $1 model text
select count(*) as calls,
       percentile_cont(0.1) within group (order by completion_tokens::double precision / messages) as low,
       percentile_cont(0.9) within group (order by completion_tokens::double precision / messages) as high
  from (select completion_tokens, messages
          from model_calls
         where model = $1 and completion_tokens > 0 and failure is null and messages > 0
         order by ended_at desc
         limit 100) as last_calls
