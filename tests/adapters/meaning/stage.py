"""A memory in Postgres, the collection of its vectors, and who makes them."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from enrichment.adapters.embedding.hashed import HashedWords
from enrichment.adapters.meaning.keeper import VectorKeeper, VectorOptions
from enrichment.adapters.meaning.points import PREFIX, Hit, MemoryPoints, Searched
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.qdrant.server import Server
from tests.adapters.postgres.examples import Stage as Tables
from tests.reader.examples import BOT, USER, Shelf

AT_ONCE = timedelta(0)
PAYLOADS = "select kind, row_id from vectors order by kind, row_id"


class Words(HashedWords):
    """Hashed words that remember what they were sent, and do whatever else a test wants first."""

    def __init__(self, name: str = "words") -> None:
        self.name = name
        self.sent: list[str] = []
        self.before: Callable[[Sequence[str]], Any] | None = None

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if self.before is not None:
            await self.before(texts)
        self.sent += [text for text in texts if text != "size"]
        return await super().embed(texts)


@dataclass
class Stage:
    """What a test acts on; the collection has a name that no other test uses."""

    database: Database
    server: Server
    words: Words = field(default_factory=Words)
    day_tokens: int = 1_000_000
    collection: str = field(default_factory=lambda: f"{PREFIX}_{uuid.uuid4().hex}")

    @property
    def shelf(self) -> Shelf:
        return Shelf(Tables(self.database))

    @property
    def points(self) -> MemoryPoints:
        return MemoryPoints(self.server, self.collection)

    @property
    def keeper(self) -> VectorKeeper:
        wanted = VectorOptions(collection=self.collection, day_tokens=self.day_tokens)
        return VectorKeeper(self.database, self.server, self.words, wanted, owner=uuid.uuid4())

    async def keep(self) -> dict[str, int]:
        """Do all that is due; return what was done."""
        done = await self.keeper.next_slice(AT_ONCE)
        return dict(+done.counts) if done is not None else {}

    async def known(self, *users: str) -> None:
        """Write that the worker knows these users."""
        for user in users:
            await self.execute("insert into users (user_id) values ($1) on conflict do nothing", user)

    async def execute(self, statement: str, *arguments: object) -> None:
        await self.shelf.stage.execute(statement, *arguments)

    async def rows(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        async with self.database.connection() as connection:
            return [tuple(row) for row in await connection.fetch(statement, *arguments)]

    async def payloads(self) -> list[dict[str, Any]]:
        """Return what the points of the collection say beside their vectors."""
        found, _ = await self.server.client.scroll(self.collection, limit=1000, with_payload=True)
        return [dict(point.payload or {}) for point in found]

    async def kept(self) -> set[tuple[str, str]]:
        """Return the kinds and ids of the rows that have points."""
        return {(each["kind"], each["row"]) for each in await self.payloads()}

    async def nearest(self, question: str, user: str = USER, scopes: Sequence[str] = ("",)) -> list[Hit]:
        (vector,) = await HashedWords().embed([question])
        searched = Searched(user_id=user, bot_name=BOT, scopes=tuple(scopes), model=self.words.name)
        return await self.points.nearest(vector, searched, 10)
