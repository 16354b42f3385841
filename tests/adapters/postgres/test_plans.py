"""Hot statements use their index when the tables are large, and read no more than they need."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from enrichment.adapters.postgres.queries import query
from tests.adapters.postgres.examples import BOT, START, Stage

# Two hundred users with a long past each; the one who is asked for has half of all facts.
FILL = """
insert into users (user_id) select 'user ' || n from generate_series(1, 5000) n;
insert into plan_passes (collection, current_pass) values ('chat', 1);
insert into backlog (user_id, collection, pass, part, points, point_ids, said_at, oldest, newest)
select 'user ' || n, 'chat', 1, n, 1, array['p'], array[1.0], to_timestamp(1), to_timestamp(1)
  from generate_series(1, 5000) n;
insert into ledger (user_id, collection, point_id, content_hash, pipeline_version, read_number, identity, bot_name,
                    session_id, said_at, outcome, settled_at)
select 'user ' || n % 200, 'chat', n::text, sha256(n::text::bytea), 1, 1, sha256(n::text::bytea), 'ava',
       md5((n / 20)::text)::uuid, now() - n * interval '1 minute', 'completed', case when n > 20000 then now() end
  from generate_series(1, 40000) n;
insert into sessions (user_id, session_id, bot_name, channel_id, conversation_id, scope, started_at, ended_at,
                      message_count)
select 'user ' || n % 200, md5(n::text)::uuid, 'ava', '', '', '', now() - n * interval '1 hour',
       now() - n * interval '1 hour', 20
  from generate_series(1, 20000) n;
insert into facts (user_id, fact_id, bot_name, scope, category, statement, subject, predicate, qualifier, object,
                   object_key, state, confidence, certainty, evidence_count, said_at, valid_from, method,
                   pipeline_version, batch_id, source_collection, likeness, updated_at)
select 'user ' || case when n % 2 = 0 then 7 else n % 200 end,
       md5(n::text)::uuid, 'ava', '', 'other', 's', 'user', 'likes ' || n / 400, '', 'o', 'o',
       'active', 1, 'sure', 1, now(), now(), 'm', 1, md5('b')::uuid, 'chat', n::text, now() - n * interval '1 minute'
  from generate_series(1, 40000) n;
insert into evidence (user_id, fact_id, identity, collection, point_id, content_hash, role, said_at, quote, certainty,
                      batch_id)
select user_id, fact_id, sha256(fact_id::text::bytea), 'chat', 'p', '', 'user', now(), 'q', 'sure', batch_id from facts;
insert into user_profiles (user_id, bot_name, scope, first_seen, last_active)
select 'user ' || n, 'ava', '', now(), now() from generate_series(1, 5000) n;
insert into signals (user_id, signal_id, bot_name, scope, kind, about, name, name_key, value, confidence, sample_size,
                     strength, quote, first_at, last_at)
select user_id, fact_id, 'ava', '', 'interest', '', 's', fact_id::text, '', 0.5, 1, 1, 'q', now(), now() from facts;
insert into signal_evidence (user_id, signal_id, identity, name, value, quote, weight, said_at)
select user_id, signal_id, sha256(signal_id::text::bytea), 's', '', 'q', 0.5, now() from signals;
insert into insights (user_id, insight_id, bot_name, scope, about, category, subcategory, name, value, confidence,
                      sample_size, state, supporting_text, fact_ids, signal_ids, last_at)
select user_id, session_id, 'ava', '', '', 'interest', 's', 's', '', 0.7, 1, 'confirmed', 'q', '{}', '{}', now()
  from sessions;
insert into conversation_summaries (user_id, session_id, bot_name, scope, title, summary_text, topics, decisions,
                                    questions, start_timestamp, end_timestamp, message_count, revision, method,
                                    digested_revision)
select user_id, session_id, 'ava', '', 't', 's', '[]', '[]', '[]', started_at, ended_at, 20, 1, 'm',
       case when started_at < now() - interval '90 minutes' then 1 else 0 end
  from sessions;
insert into period_digests (user_id, bot_name, scope, period, starts_on, title, summary_text, topics, decisions,
                            questions, message_count, parts, session_ids, fact_ids)
select 'user ' || n % 200, 'ava', '', 'day', current_date - n / 200, 't', 's', '[]', '[]', '[]', 1, '[]',
       array[md5(n::text)::uuid], '{}'
  from generate_series(1, 20000) n;
insert into vectors (user_id, kind, row_id, due_at)
select user_id, 'fact', fact_id, case when updated_at > now() - interval '10 minutes' then now() end from facts;
analyze
"""
LARGE = {
    "conversation_summaries", "backlog", "ledger", "sessions", "facts", "evidence", "signals", "signal_evidence",
    "insights", "period_digests", "user_profiles", "vectors",
}  # fmt: skip
WHO = "user 7"
DIGESTS = [bytes([number]) * 32 for number in range(50)]
POINTS = [str(number * 200 + 7) for number in range(50)]
CHAT = ["chat"] * 50
TIMES = [START + timedelta(hours=number) for number in range(50)]
HOT: dict[str, tuple[tuple[object, ...], set[str]]] = {
    "claim": ((WHO, uuid.uuid4(), timedelta(seconds=60)), {"users_pkey"}),
    "hold": ((WHO, uuid.uuid4(), 1), {"users_pkey"}),
    "candidates": (("user 3", "user 3", 100), {"backlog_pkey"}),
    "points": ((WHO, 100), {"backlog_pkey"}),
    "remove_points": ((WHO, {"chat": {"p": 1}}), {"backlog_pkey"}),
    "recent_facts": ((WHO, BOT, "", 400), {"facts_active"}),
    "facts_by_id": ((WHO, [uuid.uuid4()]), {"facts_pkey"}),
    "related_facts": (
        (WHO, BOT, "", ["user"], ["likes 3"], [""], [None], DIGESTS, CHAT, POINTS, [], ["likes"], ["dislikes"], ["o"]),
        {"facts_claim", "facts_likeness"},
    ),
    "history_ledger": ((WHO, DIGESTS, CHAT, POINTS), {"ledger_identity", "ledger_in_force"}),
    "history_sessions": (
        (WHO, [BOT] * 50, TIMES, TIMES, timedelta(days=1), 6, [], 160),
        {"sessions_near", "ledger_session"},
    ),
    "touch_profile": (
        (WHO, BOT, "", START, START, 50, DIGESTS, CHAT, POINTS),
        {"signal_evidence_message", "ledger_pkey"},
    ),
    "witnesses_of_signals": ((WHO, [uuid.uuid4()]), {"signals_pkey"}),
    "profile_facts": ((WHO, BOT, "", ["other", "home"], 8), {"facts_profile"}),
    "profile_signals": ((WHO, BOT, "", ["trait", "interest"], 24), {"signals_strongest"}),
    "profile_sessions": ((WHO, BOT, "", 20), {"sessions_near"}),
    "write_profile": ((WHO, BOT, "", "", [], [], {}, {}, [], "en", None, None, {}, [], []), {"user_profiles_pkey"}),
    "profiles_of_user": ((WHO, True), {"user_profiles_pkey"}),
    "digest_sources": ((WHO, [uuid.uuid4()], 200, 3), {"conversation_summaries_undigested", "ledger_session"}),
    "digests_touched": ((WHO, [uuid.uuid4()], [BOT], [""], ["day"], [START.date()]), {"period_digests_pkey"}),
    "write_insights": ((WHO, BOT, "", []), {"insights_pkey"}),
    "users_to_maintain": (
        ("user 3", 100, START - timedelta(days=500), START, 5, timedelta(days=1), 10, timedelta(hours=1)),
        {
            "user_profiles_waiting",
            "conversation_summaries_undigested",
            "conversation_summaries_old",
            "facts_fading",
            "period_digests_stale",
        },
    ),
    "withdraw_older": ((WHO, DIGESTS, CHAT, POINTS, DIGESTS), {"ledger_identity", "ledger_in_force"}),
    "unsettled": ((100, ["gone"]), {"ledger_unsettled"}),
    "unsettled_of_user": ((WHO, 100, ["gone"]), {"ledger_unsettled_user"}),
    "expire_facts": ((WHO,), {"facts_fading"}),
    "requeue": ((WHO, DIGESTS, DIGESTS, "retry"), {"ledger_identity"}),
    "swept_points": ((CHAT, POINTS, [WHO] * 50), {"ledger_in_force"}),
    "swept_ledger": (("chat", WHO, "", 500), {"ledger_in_force"}),
    "due_vectors": ((256,), {"vectors_due"}),
    "hold_vectors": (([WHO] * 50, ["fact"] * 50, [uuid.uuid4()] * 50, TIMES), {"vectors_due"}),
    "vector_texts": (([WHO] * 50, ["fact"] * 50, [uuid.uuid4()] * 50), {"facts_pkey", "conversation_summaries_pkey"}),
    "drop_vectors": (([WHO] * 50, ["fact"] * 50, [uuid.uuid4()] * 50), {"vectors_pkey"}),
    "walk_vectors": (("user 3", 100), {"user_profiles_pkey"}),
    "load_pair": ((WHO, BOT, [], 100), {"facts_disliked"}),
    "mark_settled": ((CHAT, POINTS, DIGESTS), {"ledger_unsettled_point"}),
}


@pytest.fixture
async def filled(stage: Stage) -> Stage:
    """A database in which a wrong plan would hurt."""
    await stage.execute(FILL)
    return stage


def scans(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (kind of node, index or table) of a plan."""
    yield plan["Node Type"], plan.get("Index Name", plan.get("Relation Name", ""))
    for part in plan.get("Plans", ()):
        yield from scans(part)


async def test_hot_statements_use_their_indexes(filled: Stage) -> None:
    found: dict[str, set[str]] = {}
    whole: dict[str, set[str]] = {}
    async with filled.database.connection() as connection:
        for name, (arguments, _) in HOT.items():
            [explained] = orjson.loads(await connection.fetchval(f"explain (format json) {query(name)}", *arguments))
            nodes = list(scans(explained["Plan"]))
            found[name] = {index for _, index in nodes}
            whole[name] = {table for kind, table in nodes if kind == "Seq Scan"} & LARGE

    assert {name: indexes - found[name] for name, (_, indexes) in HOT.items()} == {name: set() for name in HOT}
    assert whole == {name: set() for name in HOT}
