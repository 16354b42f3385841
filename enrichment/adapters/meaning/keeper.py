"""The background pass that keeps the vectors true: slice by slice, under a lease of its own, within a day's budget."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final, NamedTuple

import structlog

from enrichment.adapters.embedding.server import EmbeddingFailure
from enrichment.adapters.meaning.points import MemoryPoint, MemoryPoints, Named
from enrichment.adapters.meaning.rows import Due, Index, Text, VectorRows
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.qdrant.server import Server
from enrichment.domain.text import estimated_tokens
from enrichment.ports import Embedder

log = structlog.get_logger()

# Rows of one round, texts of one request, users of one step of the walk, rounds of one slice.
_ROWS: Final = 256
_TEXTS: Final = 64
_USERS: Final = 100
_ROUNDS: Final = 8
# Statement, quote or summary: what a text has beyond that adds nothing to its meaning, and models take 512 tokens.
_LONGEST_TEXT: Final = 2000
# Rows are held while their points are written: shorter than anybody waits for a lock.
_WRITE_SECONDS: Final = 3.0
# By then every request that was under way when somebody was erased has ended.
_ERASED_FOR_CERTAIN: Final = timedelta(minutes=5)
_PROBE: Final = "size"
_LATER: Final = timedelta(days=1)
_AT_ONCE: Final = timedelta(0)
# The server found something wrong with the request: with one of its texts, if it takes others.
_REFUSED: Final = frozenset({400, 413, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorOptions:
    """``collection`` is ours alone; ``day_tokens`` are sent a day (UTC) by all replicas together, then it waits."""

    collection: str
    day_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorSlice:
    """What a slice did: ``users`` walked over, vectors ``written`` and ``deleted``; ``is_more``: another is due now."""

    counts: Counter[str]
    is_more: bool


class _Reached(Enum):
    """How far a slice came: through all that is due, to its own bound, or to the day's."""

    END = auto()
    MORE = auto()
    BUDGET = auto()


class _Wanted(NamedTuple):
    due: Due
    text: Text
    text_hash: bytes


class VectorKeeper:
    """Makes vectors of what is new, deletes those of what has ended, and makes the collection again if it is gone."""

    def __init__(
        self, database: Database, server: Server, embedder: Embedder, options: VectorOptions, *, owner: uuid.UUID
    ) -> None:
        self._rows = VectorRows(database, owner=owner)
        self._points = MemoryPoints(server, options.collection)
        self._embedder = embedder
        self._options = options

    async def rebuild(self) -> None:
        """Have everything made anew, from the next slice on."""
        dimensions = len((await self._embedder.embed([_PROBE]))[0])
        await self._points.begin(dimensions)
        await self._rows.begin(self._points.collection, self._embedder.name, dimensions)

    async def next_slice(self, every: timedelta) -> VectorSlice | None:
        """Do the next slice; return what was done, None while it is not yet time.

        ``every`` is the pause after a slice that has left nothing, failed, or used up the day's budget. Raises
        ``DependencyUnavailable`` or ``ConfigurationError``; what was done before stays done.
        """
        if not await self._rows.claim():
            return None
        counts: Counter[str] = Counter()
        done, is_more = False, False
        try:
            index = await self._index()
            await self._erase()
            if index.after is not None:
                counts["users"] += await self._rows.walk(index.after, _USERS)
            reached = await self._rounds(counts)
            done = reached is _Reached.END and counts["users"] < _USERS
            is_more = not done and reached is not _Reached.BUDGET
        finally:
            await self._rows.release(dict(counts), _AT_ONCE if is_more else every, done=done)
        return VectorSlice(counts=counts, is_more=is_more)

    async def _index(self) -> Index:
        """Return what the collection holds, made anew where it is missing, or of another model."""
        index = await self._rows.index()
        wanted = self._points.collection, self._embedder.name
        if index is None or (index.collection, index.model) != wanted or not await self._points.exist():
            await self.rebuild()
            log.info("vectors.begun", collection=self._points.collection, model=self._embedder.name)
            index = await self._rows.index()
        if index is None:
            raise RuntimeError("the row of the collection was deleted while it was written")
        return index

    async def _erase(self) -> None:
        """Delete the points of whoever was erased, at once and again: a request under way may have come after it."""
        certain = await self._rows.erasures(_ERASED_FOR_CERTAIN)
        for erasure in await self._rows.erasures(_AT_ONCE):
            _, left = await self._points.erase(erasure.user_hash, erasure.asked_at)
            if not left and erasure in certain:
                await self._rows.erased(erasure)

    async def _rounds(self, counts: Counter[str]) -> "_Reached":
        """Work through what is due, as far as a slice goes."""
        for _ in range(_ROUNDS):
            due = await self._rows.due(_ROWS)
            if not await self._round(due, counts):
                return _Reached.BUDGET
            if len(due) < _ROWS:
                return _Reached.END
        return _Reached.MORE

    async def _round(self, due: Sequence[Due], counts: Counter[str]) -> bool:
        """Do what is to be done for these rows; tell whether the day's budget was enough."""
        texts = await self._rows.texts([each.named for each in due])
        counts["deleted"] += await self._drop([each for each in due if each.named not in texts])
        wanted = [_Wanted(each, text, _hash(text)) for each in due if (text := texts.get(each.named)) is not None]
        same = [each for each in wanted if each.text_hash == each.due.text_hash]
        await self._rows.write([each.due for each in same], [each.text_hash for each in same], _nothing_to_write)
        new = [each for each in wanted if each.text_hash != each.due.text_hash]
        for start in range(0, len(new), _TEXTS):
            part = new[start : start + _TEXTS]
            if sent := await self._that_fit(part):
                counts["written"] += await self._embed(sent)
            if len(sent) < len(part):
                return False
        return True

    async def _that_fit(self, part: Sequence[_Wanted]) -> Sequence[_Wanted]:
        """Return the first of some texts, halved until the day's budget has room for them; those count as sent."""
        while part and not await self._may_send(part):
            part = part[: len(part) // 2]
        return part

    async def _may_send(self, part: Sequence[_Wanted]) -> bool:
        tokens = sum(estimated_tokens(_shortened(each.text)) for each in part)
        return await self._rows.spend(tokens, self._options.day_tokens)

    async def _embed(self, part: Sequence[_Wanted]) -> int:
        """Write the vectors of some texts; one that the server refuses is put off, and holds up no other."""
        try:
            vectors = await self._embedder.embed([_shortened(each.text) for each in part])
        except EmbeddingFailure as failure:
            if failure.status not in _REFUSED:
                raise
            # Is it the text? What is refused for the shortest one too would be refused for all.
            await self._embedder.embed([_PROBE])
            if len(part) == 1:
                await self._rows.postpone(part[0].due, _LATER)
                log.warning("vector.refused", kind=part[0].due.named.kind, status=failure.status)
                return 0
            half = len(part) // 2
            return await self._embed(part[:half]) + await self._embed(part[half:])
        return await self._write(part, vectors)

    async def _write(self, part: Sequence[_Wanted], vectors: Sequence[Sequence[float]]) -> int:
        async def put(held: Mapping[Named, datetime]) -> None:
            points = [
                MemoryPoint(
                    named=each.due.named,
                    bot_name=each.text.bot_name,
                    scope=each.text.scope,
                    model=self._embedder.name,
                    written_at=held[each.due.named],
                    vector=vector,
                )
                for each, vector in zip(part, vectors, strict=True)
                if each.due.named in held
            ]
            await self._points.put(points, within_seconds=_WRITE_SECONDS)

        return await self._rows.write([each.due for each in part], [each.text_hash for each in part], put)

    async def _drop(self, due: Sequence[Due]) -> int:
        async def delete(held: Sequence[Named]) -> None:
            await self._points.delete([named.point_id for named in held], within_seconds=_WRITE_SECONDS)

        return await self._rows.drop(due, delete)


async def _nothing_to_write(_held: Mapping[Named, datetime]) -> None:
    """The points of these rows are as they should be."""


def _shortened(text: Text) -> str:
    return text.said[:_LONGEST_TEXT]


def _hash(text: Text) -> bytes:
    """What a point was made of: its vector, and what the search is narrowed by."""
    return hashlib.sha256(f"{text.bot_name}\0{text.scope}\0{text.said}".encode()).digest()
