"""Fills a database with what the engines say of a conversation, written as a worker writes it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench.engines.stream import Stream
from enrichment.adapters.postgres.caches import PostgresBots
from enrichment.adapters.postgres.observed import write_observed
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.engines.character_performance import ENGINE as PERFORMANCE
from enrichment.engines.character_performance import contribute, report_bot
from enrichment.engines.folding import KeptRow, Observed
from enrichment.engines.frame import Asked, CacheRow, Courtesy, Pair
from enrichment.engines.keeping import BotSum
from enrichment.engines.registry import ENGINES
from enrichment.engines.waiting import Arrived

ZONE = ZoneInfo("Europe/Berlin")
# The agents of a simulation write first as often as they like.
COURTESY = Courtesy(most_per_week=1_000, most_unanswered=1_000)


def unchanged(row: CacheRow) -> CacheRow:
    """Return the row."""
    return row


async def write_talk(
    database: Database, pair: Pair, talk: Arrived, now: datetime, edit: Callable[[CacheRow], CacheRow] = unchanged
) -> None:
    """Write the rows of a pair that has talked, each as ``edit`` returns it, and those of its bot."""
    stream = Stream(ENGINES).feed(talk)
    asked = Asked(now=now, zone=ZONE, courtesy=COURTESY)
    rows = [
        edit(replace(row, user_id=pair.user_id, bot_name=pair.bot_name))  # type: ignore[call-arg]
        for row in stream.rows(asked).values()
        if row is not None
    ]
    kept = tuple(KeptRow(row=row, expires_at=now + timedelta(days=1)) for row in rows)

    async def work(connection: Connection) -> None:
        await connection.execute("select set_config('enrichment.user_id', $1, true)", pair.user_id)
        await write_observed(connection, Observed(pair=pair, seen_at=now, rows=kept, reported_at=now))

    await database.transact(work)
    sums = contribute(stream.states.get(PERFORMANCE.name, PERFORMANCE.empty()))
    total = BotSum(engine=PERFORMANCE.name, version=PERFORMANCE.version, pairs=1, sums=sums)
    of_bot = KeptRow(row=report_bot(pair.bot_name, sums, asked), expires_at=now + timedelta(days=1))
    await PostgresBots(database).write(pair.bot_name, [total], [of_bot], now)
