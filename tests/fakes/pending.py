"""``ports.PendingMessages`` over dictionaries: the payloads are read by the real rules, the store is ours."""

from array import array
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from itertools import groupby
from operator import attrgetter

from enrichment.adapters.qdrant.chunks import complete, joined
from enrichment.adapters.qdrant.payload import Chunk, bot_of, read_point
from enrichment.adapters.qdrant.rules import Payload, Rules, first
from enrichment.adapters.qdrant.times import plausible
from enrichment.domain.messages import Fetched, Message, Pending, PointRef, Skipped
from enrichment.domain.outcomes import Settled, Settlement
from enrichment.ports import Clock
from enrichment.producer import PENDING, STATUS

Vectors = dict[str, "array[float]"]


@dataclass
class FakeStore:
    """Collections of payloads by point id, as a server holds them."""

    collections: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    vectors: dict[PointRef, Vectors] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def get(self, ref: PointRef) -> dict[str, object] | None:
        return self.collections.get(ref.collection, {}).get(ref.point_id)


class FakePending:
    """Keeps the port's promises over a ``FakeStore``; ``page_size`` is that of the backlog."""

    def __init__(  # as many knobs as the real one
        self,
        store: FakeStore,
        clock: Clock,
        rules: Rules | None = None,
        *,
        patterns: tuple[str, ...] = ("*",),
        adopt: bool = False,
        page_size: int = 5000,
        max_wait: timedelta = timedelta(minutes=5),
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules or Rules()
        self._patterns = patterns
        self._statuses = (PENDING, None) if adopt else (PENDING,)
        self._page_size = page_size
        self._max_wait = max_wait

    async def collections(self) -> Sequence[str]:
        names = {name: name for name in self._store.collections} | self._store.aliases
        return sorted({real for name, real in names.items() if any(fnmatchcase(name, p) for p in self._patterns)})

    async def backlog(self, collection: str) -> AsyncIterator[Sequence[Pending]]:
        points = self._store.collections.get(collection, {})
        found = [self._pending(collection, *item) for item in points.items() if item[1].get(STATUS) in self._statuses]
        for start in range(0, len(found), self._page_size):
            yield found[start : start + self._page_size]

    async def fetch(self, user_id: str, refs: Sequence[PointRef]) -> Fetched:
        own = [ref for ref in dict.fromkeys(refs) if self._owner(ref) == user_id]
        items = [self._read(ref) for ref in own]
        groups = self._groups(item for item in items if isinstance(item, Chunk))
        waiting = [group for group in groups if self._waits(group)]
        whole = [joined(group, self._rules.chunk_overlap) for group in groups if group not in waiting]
        messages = [*(item for item in items if isinstance(item, Message)), *whole]
        return Fetched(
            messages=tuple(sorted(messages, key=attrgetter("order"))),
            skipped=tuple(item for item in items if isinstance(item, Skipped)),
            gone=tuple(ref for ref in dict.fromkeys(refs) if ref not in own),
            waiting=tuple(chunk.message.ref for group in waiting for chunk in group),
        )

    async def settle(self, settlements: Sequence[Settlement]) -> Settled:
        verified: list[PointRef] = []
        changed: list[PointRef] = []
        gone: list[PointRef] = []
        there = {each.ref: each for each in settlements if each.ref.collection in self._store.collections}
        for each in there.values():
            payload = self._store.get(each.ref)
            if payload is None:
                gone.append(each.ref)
                continue
            same = self._hash(each.ref) == each.content_hash
            payload[STATUS] = each.outcome.value if same else PENDING
            (verified if same else changed).append(each.ref)
        return Settled(verified=tuple(verified), changed=tuple(changed), gone=tuple(gone))

    def _pending(self, collection: str, point_id: str, payload: Payload) -> Pending:
        at = plausible((first(payload, (name,)) for name in self._rules.names.timestamp), self._clock.now())
        return Pending(point_id, self._rules.user(collection, payload), bot_of(collection, payload, self._rules), at)

    def _owner(self, ref: PointRef) -> str | None:
        payload = self._store.get(ref)
        return None if payload is None else self._rules.user(ref.collection, payload)

    def _read(self, ref: PointRef) -> Message | Skipped | Chunk:
        return read_point(ref, self._store.get(ref), self._rules, self._clock.now(), self._store.vectors.get(ref))

    def _groups(self, chunks: Iterable[Chunk]) -> list[list[Chunk]]:
        """The chunks of every message that one of these belongs to, whatever became of them."""
        wanted = {_whole(chunk) for chunk in chunks}
        refs = [PointRef(name, point_id) for name, points in self._store.collections.items() for point_id in points]
        everything = [item for item in map(self._read, refs) if isinstance(item, Chunk) and _whole(item) in wanted]
        return [list(group) for _, group in groupby(sorted(everything, key=_whole), _whole)]

    def _waits(self, group: list[Chunk]) -> bool:
        known = [chunk.message.said_at for chunk in group if chunk.message.time_known]
        return bool(known) and not complete(group) and self._clock.now() - max(known) < self._max_wait

    def _hash(self, ref: PointRef) -> bytes:
        item = self._read(ref)
        if isinstance(item, Chunk):
            return joined(self._groups([item])[0], self._rules.chunk_overlap).content_hash
        return item.content_hash


def _whole(chunk: Chunk) -> tuple[str, str, str, str, str]:
    message = chunk.message
    return (message.ref.collection, message.user_id, message.bot_name, message.role.value, str(chunk.parent))
