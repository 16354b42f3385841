"""A backlog and an empty past in memory, for planning without writing anything."""

import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime

from enrichment.domain.batches import BacklogPoint, Batch, Known, UserBacklog
from enrichment.domain.changes import Changes, Committed, UserHistory
from enrichment.domain.facts import Remembered, Slot
from enrichment.domain.messages import Message, Pending, PointRef, Skipped
from enrichment.engines.folding import Observed
from enrichment.ports import Lease, OpenBatch

PAGE = 1000
MEAN_TOKENS = 40.0


class InMemoryBacklog:
    """``ports.Backlog`` in memory: ids and times only, about 200 bytes a message."""

    def __init__(self) -> None:
        self._points: dict[str, dict[PointRef, float | None]] = defaultdict(dict)

    async def replace(self, collection: str, pages: AsyncIterator[Sequence[Pending]]) -> int:
        seen: dict[str, dict[PointRef, float | None]] = defaultdict(dict)
        async for page in pages:
            for item in page:
                seen[item.user_id][PointRef(collection, item.point_id)] = item.at
        for user_id, points in list(self._points.items()):
            self._points[user_id] = {ref: at for ref, at in points.items() if ref.collection != collection}
        for user_id, points in seen.items():
            self._points[user_id] |= points
        return sum(map(len, seen.values()))

    async def candidates(self) -> AsyncIterator[Sequence[UserBacklog]]:
        waiting = [_summary(user_id, points) for user_id, points in self._points.items() if points]
        for start in range(0, len(waiting), PAGE):
            yield waiting[start : start + PAGE]

    async def points(self, user_id: str, limit: int) -> Sequence[BacklogPoint]:
        points = [BacklogPoint(ref=ref, at=at) for ref, at in self._points[user_id].items()]
        points.sort(key=lambda point: (point.at is None, point.at or 0.0, point.ref))
        return points[:limit]

    async def remove(self, user_id: str, refs: Sequence[PointRef]) -> None:
        for ref in refs:
            self._points[user_id].pop(ref, None)


def _summary(user_id: str, points: dict[PointRef, float | None]) -> UserBacklog:
    times = [at for at in points.values() if at is not None]
    return UserBacklog(
        user_id=user_id,
        messages=len(points),
        oldest=datetime.fromtimestamp(min(times), UTC) if times else None,
        newest=datetime.fromtimestamp(max(times), UTC) if times else None,
        mean_tokens=MEAN_TOKENS,
    )


class NoHistory:
    """``ports.History`` of a database that has no schema yet: nothing has happened."""

    async def history(self, user_id: str, messages: Sequence[Message], skipped: Sequence[Skipped]) -> UserHistory:
        return UserHistory()

    async def skip(self, user_id: str, skipped: Sequence[Skipped | tuple[Message, str]], lease: Lease) -> None:
        raise NotImplementedError("planning writes nothing")

    async def pass_over(self, batch: Batch, reason: str, lease: Lease, observed: Observed | None = None) -> None:
        raise NotImplementedError("planning writes nothing")


class NoMemory:
    """``ports.Memory`` of a database that has no schema yet: nothing is known."""

    async def known(self, batch: Batch, ids: dict[str, uuid.UUID] | None = None) -> Known:
        return Known()

    async def related(self, batch: Batch, slots: Collection[Slot], known: Known) -> Sequence[Remembered]:
        return ()

    async def commit(
        self, opened: OpenBatch, changes: Changes, lease: Lease, observed: Observed | None = None
    ) -> Committed:
        raise NotImplementedError("planning writes nothing")
