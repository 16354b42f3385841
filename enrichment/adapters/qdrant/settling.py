"""The one write that a message gets in its lifetime, and the look that verifies it.

Only the status is written, because the ledger holds the reason: so one operation settles whatever came to one end. Each
write selects by ids alone, or by ids and revisions, since a filter on the field that it sets loses acknowledged writes
when the server is killed inside a flush.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from qdrant_client.http import models

from enrichment.adapters.qdrant.payload import revision_of
from enrichment.adapters.qdrant.reading import hashes
from enrichment.adapters.qdrant.retrieval import NOT_ALLOWED, Points, api_id, retrieve
from enrichment.adapters.qdrant.rules import Rules
from enrichment.adapters.qdrant.server import QdrantFailure, Server
from enrichment.domain.messages import PointRef
from enrichment.domain.outcomes import Settled, Settlement
from enrichment.domain.upkeep import Reopened
from enrichment.producer import PENDING, REVISION, STATUS

IDS_PER_OPERATION = 1000


class Settler:
    """Writes final statuses, with at most one write in flight in each collection."""

    def __init__(self, server: Server, rules: Rules) -> None:
        self._server = server
        self._rules = rules
        self._writing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._without_revisions: set[str] = set()

    async def settle(self, collection: str, settlements: Sequence[Settlement], now: datetime) -> Settled:
        """Settle at most ``IDS_PER_OPERATION`` points of one collection; each point at most once."""
        settled, restamped = await self._write_and_look(collection, settlements, now)
        if restamped:
            more, _ = await self._write_and_look(collection, restamped, now)
            settled = merged((settled, more))
        return settled

    async def reopen(self, collection: str, refs: Sequence[PointRef]) -> Reopened:
        """Make at most ``IDS_PER_OPERATION`` points of one collection pending again, whatever they hold."""
        applied = await self._set_status(collection, PENDING, refs, ())
        payloads = (await retrieve(self._server, collection, refs)).payloads
        return Reopened(
            verified=tuple(ref for ref in payloads if applied and payloads[ref].get(STATUS) == PENDING),
            gone=tuple(ref for ref in refs if ref not in payloads),
        )

    async def _write_and_look(
        self, collection: str, settlements: Sequence[Settlement], now: datetime
    ) -> tuple[Settled, list[Settlement]]:
        """Also returns what the write did not select though the text is the one that was read: its revision is new."""
        written = await self._write(collection, settlements)
        points = await retrieve(self._server, collection, [each.ref for each in settlements])
        said = await hashes(self._server, self._rules, collection, points, now)
        there = [each for each in settlements if each.ref in points.payloads]
        same = [each for each in there if said[each.ref] == each.content_hash]
        changed = [each.ref for each in there if said[each.ref] != each.content_hash]
        flipped = {each.ref for each in same if points.payloads[each.ref].get(STATUS) == each.outcome.value}
        done = flipped & written
        settled = Settled(
            verified=tuple(each.ref for each in same if each.ref in done),
            changed=await self._back_to_pending(collection, changed, points),
            gone=tuple(each.ref for each in settlements if each.ref not in points.payloads),
        )
        missed = [each for each in same if each.ref not in flipped]
        stamped = [replace(each, revision=revision_of(points.payloads[each.ref])) for each in missed]
        return settled, [new for old, new in zip(missed, stamped, strict=True) if old != new]

    async def _write(self, collection: str, settlements: Sequence[Settlement]) -> set[PointRef]:
        groups: defaultdict[tuple[str, bool], list[Settlement]] = defaultdict(list)
        for each in settlements:
            groups[each.outcome.value, each.revision is not None].append(each)
        written: set[PointRef] = set()
        for (status, _), group in groups.items():
            refs = [each.ref for each in group]
            revisions = sorted({each.revision for each in group if each.revision is not None})
            if await self._set_status(collection, status, refs, revisions):
                written.update(refs)
        return written

    async def _back_to_pending(self, collection: str, refs: Sequence[PointRef], points: Points) -> tuple[PointRef, ...]:
        flipped = [ref for ref in refs if points.payloads[ref].get(STATUS) != PENDING]
        if flipped and not await self._set_status(collection, PENDING, flipped, ()):
            return tuple(ref for ref in refs if ref not in flipped)
        return tuple(refs)

    async def _set_status(
        self, collection: str, status: str, refs: Sequence[PointRef], revisions: Sequence[str]
    ) -> bool:
        """Tell whether the write is applied; what the server has only taken note of may still be lost."""
        try:
            async with self._writing[collection]:
                result = await self._server.ask(
                    "to settle messages",
                    lambda: self._server.client.set_payload(
                        collection,
                        {STATUS: status},
                        points=self._selection(collection, refs, revisions),
                        wait=True,
                        timeout=self._server.timeout,
                    ),
                )
        except QdrantFailure as failure:
            if failure.status not in NOT_ALLOWED or not revisions or collection in self._without_revisions:
                raise
            self._without_revisions.add(collection)
            return await self._set_status(collection, status, refs, ())
        return result.status == models.UpdateStatus.COMPLETED

    def _selection(self, collection: str, refs: Sequence[PointRef], revisions: Sequence[str]) -> models.Filter:
        selected: list[models.Condition] = [models.HasIdCondition(has_id=[api_id(ref) for ref in refs])]
        if revisions and collection not in self._without_revisions:
            selected.append(models.FieldCondition(key=REVISION, match=models.MatchAny(any=list(revisions))))
        return models.Filter(must=selected)


def merged(parts: Sequence[Settled]) -> Settled:
    """Return several results as one."""
    return Settled(
        verified=tuple(ref for part in parts for ref in part.verified),
        changed=tuple(ref for part in parts for ref in part.changed),
        gone=tuple(ref for part in parts for ref in part.gone),
    )
