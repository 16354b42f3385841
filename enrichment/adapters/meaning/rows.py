"""What Postgres knows of vectors: which rows are due, what their texts are, and what was made of them."""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from enrichment.adapters.meaning.points import Named
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query

JOB: Final = "vectors"
_LEASE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What the collection holds; ``after`` is the user at whom the walk over the memory stands, None at its end."""

    collection: str
    model: str
    dimensions: int
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A row to be looked at; ``text_hash`` is that of the text that its vector was made of."""

    named: Named
    due_at: datetime
    text_hash: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a row says, and where it may be told."""

    bot_name: str
    scope: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Whose points must be gone: those that were written until ``asked_at``."""

    user_hash: bytes
    asked_at: datetime


class VectorRows:
    """The rows; ``owner`` stands in the lease of the pass."""

    def __init__(self, database: Database, *, owner: uuid.UUID) -> None:
        self._database = database
        self._owner = owner

    async def claim(self) -> bool:
        """Tell whether it is time for a slice, and nobody else's; the lease ends by itself."""
        async with self._database.connection() as connection:
            return await connection.fetchrow(query("claim_maintenance"), JOB, self._owner, _LEASE) is not None

    async def release(self, counts: dict[str, int], pause: timedelta, *, done: bool) -> None:
        """Give the lease back; ``done``: nothing is due any more."""
        async with self._database.connection() as connection:
            after = None if done else ""
            await connection.execute(query("record_maintenance"), JOB, self._owner, after, counts, pause)

    async def index(self) -> Index | None:
        """Return what the collection holds; None where nobody has wanted vectors yet."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(query("vector_index"))
        return None if row is None else Index(**row)

    async def begin(self, collection: str, model: str, dimensions: int) -> None:
        """Note that the collection is made anew."""
        async with self._database.connection() as connection:
            await connection.execute(query("begin_vectors"), collection, model, dimensions)

    async def walk(self, after: str, users: int) -> int:
        """Make due what is known of the next users; return how many users those were."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("walk_vectors"), after, users)
        for row in rows:
            await self._redo(row["user_id"])
        last = rows[-1]["user_id"] if len(rows) == users else None
        async with self._database.connection() as connection:
            await connection.execute(query("walked_vectors"), after, last)
        return len(rows)

    async def _redo(self, user_id: str) -> None:
        async def work(connection: Connection) -> None:
            # Somebody who was erased meanwhile gets no rows.
            if await connection.fetchval(query("take_for_maintenance"), user_id):
                await connection.execute(query("redo_vectors"), user_id)

        await self._database.transact(work)

    async def due(self, most: int) -> list[Due]:
        """Return what has to be looked at, the longest due first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("due_vectors"), most)
        return [Due(named=_named(row), due_at=row["due_at"], text_hash=row["text_hash"]) for row in rows]

    async def texts(self, named: Sequence[Named]) -> dict[Named, Text]:
        """Return what these rows say; those that have ended are left out."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("vector_texts"), *_columns(named))
        return {_named(row): Text(bot_name=row["bot_name"], scope=row["scope"], said=row["said"]) for row in rows}

    async def spend(self, tokens: int, most_in_a_day: int) -> bool:
        """Count tokens as sent, if that fits the day's budget; tell whether it does."""
        async with self._database.connection() as connection:
            spent = await connection.fetchval(query("spend_vector_tokens"), tokens, most_in_a_day)
        return spent is not None

    async def write(
        self, due: Sequence[Due], hashes: Sequence[bytes], put: Callable[[Mapping[Named, datetime]], Awaitable[None]]
    ) -> int:
        """Have the points of rows written that nobody has touched since they were due; return how many those are.

        They are held while ``put``, which is told since when, is at work: an erasure waits for it, and deletes what it
        wrote.
        """
        by_name = dict(zip((each.named for each in due), hashes, strict=True))

        async def work(connection: Connection) -> int:
            held = await _hold(connection, due)
            if held:
                await put(held)
                names = list(held)
                wrote = [*_columns(names), [by_name[name] for name in names]]
                await connection.execute(query("wrote_vectors"), *wrote)
            return len(held)

        return await self._database.transact(work)

    async def drop(self, due: Sequence[Due], delete: Callable[[Sequence[Named]], Awaitable[None]]) -> int:
        """Have the points of rows deleted that have ended, and forget them; the same holds as in ``write``."""

        async def work(connection: Connection) -> int:
            held = list(await _hold(connection, due))
            if held:
                await delete(held)
                await connection.execute(query("drop_vectors"), *_columns(held))
            return len(held)

        return await self._database.transact(work)

    async def postpone(self, due: Due, pause: timedelta) -> None:
        """Look at a row later."""
        async with self._database.connection() as connection:
            await connection.execute(query("postpone_vector"), *due.named, due.due_at, pause)

    async def erasures(self, age: timedelta, user_hash: bytes | None = None) -> list[Erasure]:
        """Return whose points must be gone, of one user or of all, asked for at least so long ago."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(query("vector_erasures"), age, user_hash)
        return [Erasure(**row) for row in rows]

    async def erased(self, erasure: Erasure) -> None:
        """Note that these points are gone for certain."""
        async with self._database.connection() as connection:
            await connection.execute(query("erased_vectors"), erasure.user_hash, erasure.asked_at)


async def _hold(connection: Connection, due: Sequence[Due]) -> dict[Named, datetime]:
    rows = await connection.fetch(
        query("hold_vectors"), *_columns([each.named for each in due]), [each.due_at for each in due]
    )
    return {_named(row): row["held_at"] for row in rows}


def _columns(named: Sequence[Named]) -> tuple[list[str], list[str], list[uuid.UUID]]:
    return [each.user_id for each in named], [each.kind for each in named], [each.row_id for each in named]


def _named(row: object) -> Named:
    return Named(row["user_id"], row["kind"], row["row_id"])  # type: ignore[index]  # a record of the driver
