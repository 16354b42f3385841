-- What each table is for, and what columns mean that occur in many: docs/reference/tables.md is made of it.

comment on table access_log is 'Which facts agents used, as readers tell; feeds the engines on memory.';
comment on table admin_actions is 'What people did on the admin page, before and after; users by hash alone.';
comment on table attempts is 'How often a message has been tried, and what came of it; gone once the message has ended.';
comment on table backlog is 'What waits, in parts of many points, as the last plan pass found it.';
comment on table batches is 'What each call to the model came to, after its commit.';
comment on table bot_values is 'Engines'' shares of all pairs of a bot, summed by a pass of its own.';
comment on table budgets is 'What may be spent, is reserved and has been spent, by day, run or user.';
comment on table conversation_summaries is 'The revised summary of each session, for hosts to read.';
comment on table courtesies is 'What a user wishes of an agent that writes first.';
comment on table deaths is 'Workers that ended without a word, and what they had in hand.';
comment on table engine_contributions is 'A pair''s additive share of its bot''s values, by engine.';
comment on table engine_pairs is 'How far a pair''s engines are: what they lack, and whether they have to begin again.';
comment on table engine_states is 'The folded state of one engine for one pair.';
comment on table enrichment_metadata is 'What each cycle did in each collection, for hosts to read.';
comment on table evidence is 'The verbatim quotes that facts rest on, one for each fact and message.';
comment on table fact_merges is 'Which wordings were taken for one fact, why, and whether that was undone.';
comment on table facts is 'What is known of users: one claim a row, with its confidence and its time.';
comment on table feedback is 'What was said of facts: helpful, insightful, incorrect.';
comment on table forbidden is 'What a user does not want remembered: words, or one claim.';
comment on table insights is 'What follows from facts and signals, composed in the background.';
comment on table insight_verdicts is 'What a user has said of an insight: it outlasts the next composition.';
comment on table ledger is 'The end that each message came to, once for each text and reading: the worker''s book.';
comment on table maintenance is 'How far the background passes over profiles and digests are.';
comment on table memory_rules is 'One row: what the settings say of serving.';
comment on table memory_states is 'How well each memory is likely to be recalled, for the engines on memory.';
comment on table model_calls is 'Every request to the model: its reserve, its cost, and its answer until that is committed.';
comment on table open_batches is 'The one batch of a user that has been sent and not committed.';
comment on table opt_outs is 'Users who want nothing of theirs read, by hash.';
comment on table paces is 'How fast each model may be asked, over all replicas.';
comment on table pauses is 'When operators paused the work, and why.';
comment on table period_digests is 'Days, weeks and months of a user, folded from sessions.';
comment on table plan_passes is 'Who looks for pending messages in a collection, and when that was last done.';
comment on table refreshes is 'When each kind of pass over the engines'' rows is due again, over all replicas.';
comment on table requeued is 'Messages that are to be read again, until they have come to their end.';
comment on table runs is 'Daemons and one-shot runs, with what they did.';
comment on table schema_migrations is 'Which migrations have been applied.';
comment on table schema_tables is 'How each table is guarded, and in which order an erasure empties it.';
comment on table sessions is 'Conversations as time and channel bound them.';
comment on table signal_evidence is 'The quotes that signals rest on.';
comment on table signals is 'Hints at moods, interests and styles, gathered message by message.';
comment on table strategic_character_performance is 'Engine rows of bots: engagement, satisfaction, coherence, and their trend.';
comment on table strategic_conversation_patterns is 'Engine rows of pairs: topics, how they follow one another, and the style of talk.';
comment on table strategic_engagement_opportunities is 'Engine rows of pairs: when and on what a message would be welcome.';
comment on table strategic_memory_behavior is 'Engine rows of pairs: how memories fade, which last, which do not.';
comment on table strategic_memory_health is 'Engine rows of pairs: how old memories are, and which are at risk.';
comment on table strategic_personality_profiles is 'Engine rows of pairs: traits, their history, and how to adapt to them.';
comment on table sweeps is 'How far the full comparison of Qdrant and the ledger is, and what the last one found.';
comment on table tombstones is 'Users who had themselves erased, by hash, and up to when.';
comment on view user_facts is 'The active facts, under the names that hosts have always read.';
comment on table user_profiles is 'A user''s profile with one bot: prose, traits, interests, preferences, zone.';
comment on table users is 'Who works for a user now, and what is known of their rhythm.';
comment on table vector_erasures is 'Erased users whose vectors are still to be deleted from Qdrant, by hash.';
comment on table vector_index is 'One row: which collection holds the vectors of the memory, and how far it is.';
comment on table vectors is 'Which facts and summaries have a vector, or are to get one.';
comment on table work_contexts is 'What a user works on, as hosts note it.';

comment on column ledger.outcome is 'completed, skipped or quarantined';
comment on column ledger.reason is 'why, in a closed set of words';
comment on column facts.method is 'the model, or the offline rules';
comment on column batches.prompt_hash is 'hash of the prompt';

-- Columns of these names mean one thing wherever they stand.
do $$
declare
    one record;
begin
    for one in
        select format('comment on column %I.%I is %L', c.table_name, c.column_name, m.meaning) as statement
          from (values
                ('user_id', 'whose row it is; all keys of users'' rows begin with it'),
                ('user_hash', 'hash of the user''s id, all that is kept of it'),
                ('bot_name', 'the bot that the user talks to'),
                ('scope', 'the privacy scope that it was said in'),
                ('collection', 'the collection in Qdrant, by its real name'),
                ('point_id', 'the message''s point in Qdrant'),
                ('content_hash', 'hash of the message''s text as it was read'),
                ('identity', 'by what a copy or an edit under another point id is recognised'),
                ('batch_id', 'the batch that it came with'),
                ('session_id', 'the conversation it belongs to'),
                ('fact_id', 'the fact'),
                ('fact_ids', 'the facts that it rests on'),
                ('run_id', 'the run'),
                ('pipeline_version', 'the version of the way from a message to its facts'),
                ('owner', 'the process that holds it, random for each'),
                ('fence', 'counts the holders: whoever commits with an older one is refused'),
                ('lease_until', 'until when the holder may work; by the database''s clock'),
                ('said_at', 'when the message was said'),
                ('committed_at', 'when it was committed'),
                ('settled_at', 'when its flag in Qdrant was seen to be right; NULL until then'),
                ('withdrawn_at', 'since when it counts no more'),
                ('recorded_at', 'when it was first written'),
                ('updated_at', 'when it was last written'),
                ('created_at', 'when it was first written'),
                ('computed_at', 'as of when it is true'),
                ('expires_at', 'until when it may be taken as fresh, or holds at all'),
                ('stale_since', 'since when it is to be made anew; NULL where it is true'),
                ('confidence', 'how likely it is to be true, from 0 to 1, computed from evidence'),
                ('certainty', 'how sure the speaker was'),
                ('sample_size', 'how much it was derived from'),
                ('revision', 'how often it has been revised'),
                ('engine', 'the engine, by its name'),
                ('model', 'the model, by the name in the settings'),
                ('quote', 'the words themselves, as they stand in the message'),
                ('role', 'who said it: the user or the bot'),
                ('author', 'the name that the speaker goes by'),
                ('category', 'the kind of fact'),
                ('occurred_from', 'when it happened, at the earliest'),
                ('occurred_until', 'when it happened, at the latest'),
                ('granularity', 'how exactly that is known'),
                ('valid_from', 'since when it holds'),
                ('valid_until', 'until when it held'),
                ('superseded_by', 'the fact that took its place'),
                ('finished_at', 'when it ended; NULL while it goes on'),
                ('started_at', 'when it began'),
                ('next_at', 'when it is due again')
               ) as m (name, meaning)
          join information_schema.columns c on c.column_name = m.name and c.table_schema = current_schema()
    loop
        execute one.statement;
    end loop;
end $$;
