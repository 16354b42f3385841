"""What operators and sweeps need, over a ``FakeStore`` and a ``Truth`` in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from enrichment.adapters.qdrant.payload import Chunk, read_point
from enrichment.adapters.qdrant.rules import Rules
from enrichment.domain.messages import PointRef, Skipped
from enrichment.domain.upkeep import (
    Findings,
    LedgerPage,
    LedgerPoint,
    PointPage,
    Recorded,
    RecordedEnd,
    Reopened,
    SeenPoint,
    Slice,
)
from enrichment.producer import PENDING, STATUS
from enrichment.upkeep import Pause
from tests.fakes.pending import FakeStore
from tests.fakes.postgres import FakePostgres


@dataclass
class FakePoints:
    store: FakeStore
    postgres: FakePostgres

    async def count(self, collection: str) -> int:
        return len(self.store.collections[collection])

    async def page(self, collection: str, after: str | None, limit: int) -> PointPage:
        ids = [point_id for point_id in sorted(self.store.collections[collection]) if after is None or point_id > after]
        points = await self.look([PointRef(collection, point_id) for point_id in ids[:limit]])
        return PointPage(points=tuple(points), last=ids[limit - 1] if len(ids) > limit else None)

    async def look(self, refs: Sequence[PointRef]) -> Sequence[SeenPoint]:
        return [self._seen(ref) for ref in refs if self.store.get(ref) is not None]

    async def reopen(self, refs: Sequence[PointRef]) -> Reopened:
        there = tuple(ref for ref in refs if self.store.get(ref) is not None)
        for ref in there:
            self.store.collections[ref.collection][ref.point_id][STATUS] = PENDING
        return Reopened(verified=there, gone=tuple(ref for ref in refs if ref not in there))

    def _seen(self, ref: PointRef) -> SeenPoint:
        payload = self.store.collections[ref.collection][ref.point_id]
        item = read_point(ref, payload, Rules(), self.postgres.clock.now(), None)
        assert not isinstance(item, Chunk), "chunks are not played here"
        return SeenPoint(
            ref=ref,
            user_id=Rules().user(ref.collection, payload),
            status=str(payload[STATUS]),
            content_hash=item.content_hash,
            said_at=None if isinstance(item, Skipped) else item.said_at,
            indexed_pending=payload[STATUS] == PENDING,
        )


@dataclass
class FakeRequeued:
    postgres: FakePostgres

    async def waiting(self, limit: int) -> Sequence[PointRef]:
        truth = self.postgres.truth
        waiting = []
        for ref, again in truth.requeued.items():
            seen = {point.ref for point in await truth.backlog.points(again.user_id, limit)}
            if again.reopened_after is None or (again.reopened_after < truth.looks and ref not in seen):
                waiting.append(ref)
        return waiting[:limit]

    async def reopened(self, reopened: Reopened) -> None:
        truth = self.postgres.truth
        for ref in reopened.gone:
            again = truth.requeued.pop(ref, None)
            last = [end for end in truth.ledger if again and (end.ref, end.content_hash) == (ref, again.content_hash)]
            for end in last[-1:]:
                end.withdrawn = False
        for ref in reopened.verified:
            if ref in truth.requeued:
                truth.requeued[ref].reopened_after = truth.looks


@dataclass
class FakeInventory:
    postgres: FakePostgres

    async def recorded(self, points: Sequence[SeenPoint]) -> Mapping[PointRef, Recorded]:
        truth = self.postgres.truth
        return {
            point.ref: Recorded(
                ends=tuple(
                    RecordedEnd(
                        content_hash=end.content_hash,
                        outcome=end.outcome,
                        reason=end.reason,
                        revision=end.revision,
                        settled=end.settled,
                    )
                    for end in truth.in_force(point.user_id)
                    if end.ref == point.ref
                ),
                requeued=point.ref in truth.requeued,
                erased_before=truth.erased_before.get(point.user_id),
            )
            for point in points
        }

    async def page(self, collection: str, after: str | None, limit: int) -> LedgerPage:
        return LedgerPage(
            points=tuple(
                LedgerPoint(ref=end.ref, user_id=end.user_id, content_hash=end.content_hash, settled=end.settled)
                for end in self.postgres.truth.in_force()
                if end.ref.collection == collection
            )
        )

    async def miss(self, points: Sequence[LedgerPoint]) -> None:
        """Nothing is counted of messages here."""

    async def retract(self, points: Sequence[LedgerPoint]) -> int:
        truth, texts = self.postgres.truth, {(point.ref, point.content_hash) for point in points}
        rows = [end for end in truth.in_force() if (end.ref, end.content_hash) in texts]
        truth.recount(truth.withdraw(rows), "gone")
        truth.drop_summaries_of(rows)
        return len(points)


class NoMaintenance:
    """Nobody keeps house."""

    async def next_slice(self, now: datetime, every: timedelta) -> Counter[str] | None:
        return None


class NoSweeps:
    """Nobody sweeps in the background."""

    async def claim(self, collection: str, every: timedelta) -> Slice | None:
        return None

    async def record(self, done: Slice, following: Slice | None, findings: Findings) -> None:
        raise NotImplementedError("nothing was claimed")


class NeverPaused:
    """Nobody pauses."""

    async def current(self) -> Pause | None:
        return None
