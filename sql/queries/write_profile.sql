-- Write a profile as it was composed; its version rises with its content only.
-- $1 user_id text, $2 bot_name text, $3 scope text, $4 summary text, $5 traits jsonb, $6 interests jsonb,
-- $7 entities jsonb, $8 preferences jsonb, $9 work jsonb, $10 language text, $11 timezone text, $12 timezone_from text,
-- $13 platform_ids jsonb, $14 fact_ids uuid[], $15 summary_facts uuid[]
update user_profiles p
   set summary = $4, traits = $5, interests = $6, entities = $7, preferences = $8, work = $9, language = $10,
       timezone = $11, timezone_from = $12, platform_ids = $13, fact_ids = $14, summary_facts = $15,
       version = p.version + (
           p.version = 0 or row(p.summary, p.traits, p.interests, p.entities, p.preferences, p.work, p.language,
                                p.timezone, p.timezone_from, p.platform_ids)
           is distinct from row($4::text, $5::jsonb, $6::jsonb, $7::jsonb, $8::jsonb, $9::jsonb, $10::text, $11::text,
                                $12::text, $13::jsonb))::integer,
       new_messages = 0, composed_at = now(), stale_since = null
 where user_id = $1 and bot_name = $2 and scope = $3
