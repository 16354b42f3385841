"""Fills a database with what the engines say of invented conversations, written as a worker writes it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.engines.chatter import chatter
from bench.engines.stream import Stream, day
from enrichment.adapters.postgres.caches import PostgresBots
from enrichment.adapters.postgres.observed import write_observed
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.domain.messages import Emotion, Message
from enrichment.engines.character_performance import ENGINE as PERFORMANCE
from enrichment.engines.character_performance import contribute, report_bot
from enrichment.engines.folding import KeptRow, Observed
from enrichment.engines.frame import Asked, CacheRow, Courtesy, Pair, Topic
from enrichment.engines.keeping import BotSum
from enrichment.engines.registry import ENGINES
from enrichment.engines.waiting import Arrived

MARKUP = '<img src=x onerror="window.hit=1">&lt;b&gt;'
MOOD = "<script>window.hit=1</script>"


async def talk(database: Database, user_id: str, bot_name: str, messages: int, *, is_sly: bool = False) -> None:
    """Have a user talk to a bot, until now; sly ones put markup wherever words of theirs are kept."""
    said = _ending_now(user_id, messages)
    stream = Stream(ENGINES).feed(_sly(said) if is_sly else said)
    now = datetime.now(UTC)
    asked = Asked(
        now=now, zone=ZoneInfo("Europe/Berlin"), courtesy=Courtesy(most_per_week=1_000, most_unanswered=1_000)
    )
    rows = [
        replace(row, user_id=user_id, bot_name=bot_name)  # type: ignore[call-arg]
        for row in stream.rows(asked).values()
        if row is not None
    ]
    await _write(database, Pair(user_id, bot_name), [_marked(row) for row in rows] if is_sly else rows, now)
    sums = contribute(stream.states.get(PERFORMANCE.name, PERFORMANCE.empty()))
    total = BotSum(engine=PERFORMANCE.name, version=PERFORMANCE.version, pairs=1, sums=sums)
    kept = KeptRow(row=report_bot(bot_name, sums, asked), expires_at=now + timedelta(days=1))
    await PostgresBots(database).write(bot_name, [total], [kept], now)


async def _write(database: Database, pair: Pair, rows: Sequence[CacheRow], now: datetime) -> None:
    kept = tuple(KeptRow(row=row, expires_at=now + timedelta(days=1)) for row in rows)

    async def work(connection: Connection) -> None:
        await connection.execute("select set_config('enrichment.user_id', $1, true)", pair.user_id)
        await write_observed(connection, Observed(pair=pair, seen_at=now, rows=kept, reported_at=now))

    await database.transact(work)


def _ending_now(seed: str, messages: int) -> Arrived:
    """Return a conversation that ends within the last day."""
    length = max(message.said_at for message in chatter(seed, messages, language="en", size=0).messages) - day(0)
    start = (datetime.now(UTC) - day(0) - length).days
    return chatter(seed, messages, language="en", size=32, start=float(start))


def _sly(said: Arrived) -> Arrived:
    def felt(message: Message) -> Message:
        # Only moods with a known name count towards how many are needed.
        is_known = message.emotion is None or message.content_hash[-1] % 2
        return message if is_known else replace(message, emotion=Emotion(label=MOOD, intensity=0.5))

    return replace(
        said,
        messages=tuple(felt(message) for message in said.messages),
        topics=tuple(Topic(label=MARKUP, said_at=topic.said_at) for topic in said.topics),
    )


def _marked(row: CacheRow) -> CacheRow:
    """Return a row whose topics are labelled with markup, which the engine's own words never are."""
    graph = getattr(row, "topic_transition_graph", None)
    if graph is None:
        return row
    nodes = [{**node, "label": f"{MARKUP} {node['id']}"} for node in graph["nodes"]]
    return replace(row, topic_transition_graph={**graph, "nodes": nodes})  # type: ignore[call-arg]
