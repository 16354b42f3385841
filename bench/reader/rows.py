"""Writes what is known of very many users: rows of engines that really ran, facts and summaries of their own."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from bench.engines.chatter import chatter
from bench.engines.stream import START, Stream
from bench.progress import bar
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.engines.frame import Asked, CacheRow
from enrichment.engines.registry import ENGINES

BOT = "bot"
# Of these users there is as much as a context can hold, and more; of the others a little.
BUSY = 2_000
_PART = 5_000
_MESSAGES = 500
FACTS = """
insert into facts (user_id, fact_id, bot_name, scope, category, statement, subject, predicate, qualifier, object,
                   object_key, state, confidence, certainty, evidence_count, said_at, valid_from, method,
                   pipeline_version, batch_id, source_collection, updated_at)
select 'user ' || u, md5(u || ' ' || n)::uuid, $4, '',
       (array['identity', 'work', 'home', 'event', 'preference', 'other'])[n % 6 + 1],
       'The ' || (array['sister', 'neighbour', 'boss', 'friend'])[u % 4 + 1] || ' of number ' || u
           || ' told them about the ' || (array['journey', 'dinner', 'concert', 'lecture'])[n % 4 + 1]
           || ' that took place on day ' || n,
       'user', 'likes ' || n, '', 'thing ' || n, 'thing ' || n, 'active', 0.4 + n % 5 / 10.0, 'sure', 1 + n % 4,
       now() - n * interval '9 hours', now() - n * interval '9 hours', 'bench', 1, md5('b')::uuid, 'chat',
       now() - n * interval '9 hours'
  from generate_series($1::int, $2::int) u
  cross join lateral generate_series(1, case when u <= $3::int then 60 else 6 end) n
"""
SUMMARIES = """
insert into conversation_summaries (user_id, session_id, bot_name, scope, title, summary_text, topics, decisions,
                                    questions, start_timestamp, end_timestamp, message_count, revision, method)
select 'user ' || u, md5(u || ' session ' || n)::uuid, $4, '', 'Day ' || n,
       'They talked about the ' || (array['journey', 'dinner', 'concert', 'lecture'])[n % 4 + 1] || ' of day ' || n
           || ', what it cost, who was there, and what they want to do when they meet again at the end of the month.',
       '["plans", "friends"]', '[]', '[]', now() - n * interval '1 day', now() - n * interval '1 day', 20, 1, 'bench'
  from generate_series($1::int, $2::int) u
  cross join lateral generate_series(1, case when u <= $3::int then 10 else 2 end) n
"""
PROFILES = """
insert into user_profiles (user_id, bot_name, scope, summary, traits, interests, entities, preferences, work, language,
                           timezone, first_seen, last_active, version, composed_at)
select 'user ' || u, $4, '', 'Number ' || u || ' is a teacher and lives by the sea with two cats. They cook.',
       (select jsonb_agg(jsonb_build_object('name', 'trait ' || n, 'value', 'often', 'confidence', 0.8))
          from generate_series(1, 5) n),
       (select jsonb_agg(jsonb_build_object('name', 'interest ' || n, 'score', 0.5, 'confidence', 0.8))
          from generate_series(1, 10) n),
       '{"persons": [{"name": "Kim", "value": "a friend"}]}', '{"tone": {"value": "friendly"}}', '[]', 'en',
       'Europe/Berlin', now() - interval '1 year', now(), 3, now()
  from generate_series($1::int, $2::int) u
 where $3::int is not null
"""
BATCHES = """
insert into batches (user_id, batch_id, bot_name, scope, pipeline_version, prompt_hash, messages, facts_new,
                     facts_confirmed, facts_superseded, summaries, refused, committed_at)
select 'user ' || u, md5(u || ' batch ' || n)::uuid, $4, '', 1, '', 20, 4, 0, 0, 1, '{}', now() - n * interval '1 day'
  from generate_series($1::int, $2::int) u
  cross join lateral generate_series(1, case when u <= $3::int then 10 else 2 end) n
"""
WORK = """
insert into work_contexts (user_id, bot_name, project, task, branch, skills, notes)
select 'user ' || u, $4, 'memory', 'measure it', 'main', '["sql", "python"]', '["it has to be fast"]'
  from generate_series($1::int, least($2::int, $3::int)) u
"""


@dataclass(frozen=True, slots=True)
class _Cache:
    """An insert of one engine's row for many users."""

    statement: str
    values: tuple[object, ...]


async def write(database: Database, users: int) -> None:
    """Write everything, then let the server look at its tables as its own upkeep would."""
    caches = [_cache(row) for row in _engine_rows()]
    with bar("writing users", users) as show:
        for first in range(1, users + 1, _PART):
            last = min(first + _PART - 1, users)

            async def part(connection: Connection, first: int = first, last: int = last) -> None:
                # No trigger has to tell anybody of rows that nobody has read yet.
                await connection.execute("set local session_replication_role = replica")
                for statement in (FACTS, SUMMARIES, PROFILES, BATCHES, WORK):
                    await connection.execute(statement, first, last, BUSY, BOT)
                for cache in caches:
                    await connection.execute(cache.statement, first, last, *cache.values)

            await database.transact(part)
            show(last)
    async with database.connection() as connection:
        await connection.execute("vacuum analyze")


def _engine_rows() -> list[CacheRow]:
    """Return what the engines say of a conversation of a few hundred messages, the bot's row included."""
    stream = Stream(ENGINES)
    for part in range(0, _MESSAGES, 100):
        stream.feed(chatter(f"reader-{part}", 100, start=part / 10))
    asked = Asked(now=START + timedelta(days=_MESSAGES / 10))
    rows = [row for row in stream.rows(asked).values() if row is not None]
    sums: Mapping[str, Mapping[str, float]] = {
        engine.name: engine.contribute(stream.states[engine.name]) for engine in ENGINES if engine.contribute
    }
    of_bots = [e.report_bot(BOT, sums.get(e.name, {}), asked) for e in ENGINES if e.report_bot]
    return [*rows, *(row for row in of_bots if row is not None)]


def _cache(row: CacheRow) -> _Cache:
    columns: dict[str, Any] = {name: value for name, value in asdict(row).items() if name != "user_id"}
    names = [*columns, "computed_at", "expires_at"]
    places = [f"${place}" for place in range(3, 3 + len(columns))]
    whose, of = ("user_id, ", "'user ' || u, ") if "user_id" in row.KEY else ("", "")
    once = "" if whose else "where u = 1 "
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
    statement = (
        f"insert into {row.TABLE} ({whose}{', '.join(names)}) "  # noqa: S608 - our own names
        f"select {of}{', '.join(places)}, now(), now() + interval '1 day' "
        f"from generate_series($1::int, $2::int) u {once}"
        f"on conflict ({', '.join(row.KEY)}) do update set {updates}"
    )
    return _Cache(statement, tuple(columns.values()))
