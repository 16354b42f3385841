"""What it takes to keep a thousand rows of each table fresh where nothing has changed, on a real Postgres."""

import time
from datetime import UTC, datetime, timedelta

from bench.stage import stage
from enrichment.adapters.postgres.caches import PostgresCaches
from enrichment.adapters.postgres.observed import write_observed
from enrichment.adapters.postgres.pool import Connection, Database, connected
from enrichment.engines.folding import Fold, Observed, Stored
from enrichment.engines.frame import Asked, Pair
from enrichment.engines.registry import ENGINES

USERS = 1_000
KEEP = timedelta(hours=24)


async def refresh_seconds(users: int = USERS) -> float:
    """Return the wall time of one pass that finds the rows of so many users half run out, and extends them.

    Raises ``RuntimeError`` if it did not extend them all.
    """
    async with stage() as where, connected(where.servers.postgres_dsn) as database:
        now = datetime.now(UTC)
        for number in range(users):
            await _write(database, _reported(Pair(f"user-{number:04}", "bot"), now - KEEP))
        began = time.monotonic()
        extended = await PostgresCaches(database).extend(now, KEEP)
        seconds = time.monotonic() - began
    tables = {engine.row.TABLE for engine in ENGINES if "user_id" in engine.row.KEY}
    if extended != users * len(tables):
        raise RuntimeError(f"{extended} rows were extended")
    return seconds


def _reported(pair: Pair, at: datetime) -> Observed:
    fold = Fold(pair, ENGINES, Stored())
    fold.report(Asked(now=at), ())
    observed = fold.collect(at)
    return Observed(pair=pair, seen_at=at, rows=observed.rows, reported_at=at, last_message_at=at)


async def _write(database: Database, observed: Observed) -> None:
    async def work(connection: Connection) -> None:
        await connection.execute("select set_config('enrichment.user_id', $1, true)", observed.pair.user_id)
        await write_observed(connection, observed)

    await database.transact(work)
