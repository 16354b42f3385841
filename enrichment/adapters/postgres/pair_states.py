"""What the engines keep of pairs, read while the user's lease keeps everybody else from writing it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from enrichment.adapters.postgres.leases import hold
from enrichment.adapters.postgres.observed import memory_of, write_observed
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.wishes import MOST_DISLIKED, wishes_of
from enrichment.domain.leasing import Lease
from enrichment.domain.messages import Message
from enrichment.domain.outcomes import SkipReason
from enrichment.engines.folding import WAITING, Observed, Stored
from enrichment.engines.frame import MOST_FADING, MOST_LASTING, MOST_STALEST, AnyEngine, MemoryState, Pair
from enrichment.engines.keeping import Told

# Skipped for what they hold, and seen by the engines like any other.
SEEN_ALL_THE_SAME = (SkipReason.TRIVIAL.value, SkipReason.NO_USER_MESSAGE.value)


class PostgresPairStates:
    """``keeping.PairStates``; bots' sums are read for those engines that report on pairs."""

    def __init__(self, database: Database, engines: Sequence[AnyEngine]) -> None:
        self._database = database
        self._names = {engine.name for engine in engines}
        self._shrunk = [one.name for one in engines if one.contribute is not None and one.report_bot is None]

    async def load(self, pair: Pair) -> Stored:
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                query("load_pair"), pair.user_id, pair.bot_name, self._shrunk, MOST_DISLIKED
            )
        assert row is not None  # noqa: S101 - a select from a constant always has a row
        states = zip(row["engines"] or (), row["versions"] or (), row["states"] or (), strict=True)
        return Stored(
            wishes=wishes_of(row),
            states={engine: (version, state) for engine, version, state in states},
            late=row["late"],
            invalid_since=row["invalid_since"],
            population=dict(zip(row["summed"] or (), row["sums"] or (), strict=True)),
        )

    async def told(self, user_id: str, messages: Sequence[Message]) -> Sequence[Told]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                query("engines_told"),
                user_id,
                [message.identity for message in messages],
                [message.ref.collection for message in messages],
                [message.ref.point_id for message in messages],
                [message.content_hash for message in messages],
                list(SEEN_ALL_THE_SAME),
            )
        known = {row["place"]: Told.BEFORE if row["is_same"] else Told.EDITED for row in rows}
        return [known.get(place, Told.NEW) for place in range(len(messages))]

    async def memories(
        self, pair: Pair, ids: Collection[str], chosen_at: datetime | None = None
    ) -> Sequence[MemoryState]:
        # As many more as a batch may change, so that the best are found whatever becomes of these.
        spare = len(ids)
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                query("pair_memories"),
                *(pair.user_id, pair.bot_name, list(ids), chosen_at),
                *(MOST_FADING + spare, MOST_LASTING + spare, MOST_STALEST + spare),
            )
        return [memory_of(row) for row in rows]

    async def write(self, observed: Observed, lease: Lease, *, anew: Collection[str] = ()) -> None:
        async def work(connection: Connection) -> None:
            await hold(connection, lease)
            if anew:
                pair = observed.pair
                whole = self._names <= {*anew}
                names = [*anew, WAITING]
                await connection.execute(
                    query("forget_pair"), pair.user_id, pair.bot_name, observed.seen_at, names, whole
                )
            await write_observed(connection, observed)

        await self._database.transact(work)
