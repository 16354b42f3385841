"""The full sweep: every point of a collection and every end in the ledger, compared slice by slice and repaired."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from enrichment.domain.messages import PointRef
from enrichment.domain.outcomes import Outcome, Settlement
from enrichment.domain.upkeep import Findings, Phase, Recorded, SeenPoint, Slice
from enrichment.planning.consistency import ALWAYS_REPAIRED, PENDING, Finding, Verdict, judge
from enrichment.ports import Ports

log = structlog.get_logger()

PAGE = 1000
# A pass goes over the points and over the ledger in this many slices each: with one a minute, most of a day.
SLICES = 600
SMALLEST_SLICE = 500
LARGEST_SLICE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOptions:
    """What a sweep may do beyond what costs nothing.

    ``repair`` sends done points that the ledger does not know back to pending. ``retract_deleted`` withdraws the
    evidence of messages that were deleted. ``every`` is the time between two slices of the background sweep.
    """

    repair: bool = False
    retract_deleted: bool = False
    every: timedelta = timedelta(minutes=1)


async def sweep(
    ports: Ports, collection: str, options: SweepOptions, on_slice: Callable[[Findings], None] = lambda _: None
) -> Findings:
    """Sweep a whole collection at once; ``on_slice`` hears what each slice found."""
    findings = Findings()
    here: Slice | None = Slice(collection=collection)
    while here is not None:
        found, here = await sweep_slice(ports, here, options, PAGE)
        findings.add(found)
        on_slice(found)
    return findings


async def sweep_due(ports: Ports, options: SweepOptions) -> None:
    """Sweep the next slice of each collection whose time has come, over all replicas."""
    for collection in await ports.pending.collections():
        here = await ports.upkeep.sweeps.claim(collection, options.every)
        if here is None:
            continue
        size = await ports.upkeep.points.count(collection) // SLICES
        limit = min(LARGEST_SLICE, max(SMALLEST_SLICE, size))
        findings, following = await sweep_slice(ports, here, options, limit)
        await ports.upkeep.sweeps.record(here, following, findings)


async def sweep_slice(ports: Ports, here: Slice, options: SweepOptions, limit: int) -> tuple[Findings, Slice | None]:
    """Sweep one slice and return what it found and where to go on, None at the end."""
    if here.phase is Phase.LEDGER:
        return await _through_the_ledger(ports, here, options, limit)
    page = await ports.upkeep.points.page(here.collection, here.after, limit)
    suspects = await _suspects(ports, page.points)
    if suspects:
        # A message on its way between two states looks odd once; what is wrong looks wrong twice.
        again = await _suspects(ports, await ports.upkeep.points.look(list(suspects)))
        suspects = {ref: verdict for ref, verdict in again.items() if suspects[ref] == verdict}
    findings = Findings(points=len(page.points), found=Counter(verdict.finding.value for verdict in suspects.values()))
    repaired = await _repair(ports, suspects, options)
    findings.repaired = Counter(suspects[ref].finding.value for ref in repaired)
    if suspects:
        log.warning("sweep.found", collection=here.collection, repaired=len(repaired), **findings.found)
    following = Phase.LEDGER if page.last is None else Phase.POINTS
    return findings, Slice(collection=here.collection, phase=following, after=page.last)


async def _suspects(ports: Ports, points: Sequence[SeenPoint]) -> dict[PointRef, Verdict]:
    """Return what is wrong with points that have been read just now: the ledger has to be read after them."""
    if not points:
        return {}
    recorded = await ports.upkeep.inventory.recorded(points)
    judged = {point.ref: judge(point, recorded.get(point.ref, Recorded())) for point in points}
    return {ref: verdict for ref, verdict in judged.items() if verdict is not None}


async def _repair(ports: Ports, suspects: Mapping[PointRef, Verdict], options: SweepOptions) -> set[PointRef]:
    """Write the wanted statuses, by id, and return the points that have theirs."""
    allowed = frozenset(Finding) if options.repair else ALWAYS_REPAIRED
    mended = {ref: verdict for ref, verdict in suspects.items() if verdict.finding in allowed}
    back = [ref for ref, verdict in mended.items() if verdict.wanted == PENDING]
    reopened = await ports.upkeep.points.reopen(back) if back else None
    settlements = [
        Settlement(
            ref=ref,
            outcome=Outcome(verdict.wanted),
            reason=verdict.end.reason,
            content_hash=verdict.end.content_hash,
            revision=verdict.end.revision,
        )
        for ref, verdict in mended.items()
        if verdict.end is not None
    ]
    settled = await ports.pending.settle(settlements) if settlements else None
    done = {*reopened.verified, *reopened.gone} if reopened else set()
    return done | ({*settled.verified, *settled.changed, *settled.gone} if settled else set())


async def _through_the_ledger(
    ports: Ports, here: Slice, options: SweepOptions, limit: int
) -> tuple[Findings, Slice | None]:
    """Look for messages that were deleted after they had been settled: facts stay, unless they were not to."""
    page = await ports.upkeep.inventory.page(here.collection, here.after, limit)
    rows = page.points
    seen = {point.ref: point.user_id for point in await ports.upkeep.points.look([row.ref for row in rows])}
    if rows and not seen and here.collection not in await ports.pending.collections():
        # Its points were not deleted one by one: the collection went, and may be on its way back from a backup.
        return Findings(), None
    # A point that is another user's by now is gone as far as this one is concerned.
    gone = [row for row in rows if row.settled and seen.get(row.ref) != row.user_id]
    findings = Findings(gone=len(gone))
    if gone and not options.retract_deleted:
        await ports.upkeep.inventory.miss(gone)
    elif gone:
        findings.retracted = await ports.upkeep.inventory.retract(gone)
        log.info("sweep.retracted", collection=here.collection, messages=findings.retracted)
    if page.last is None:
        return findings, None
    return findings, Slice(collection=here.collection, phase=Phase.LEDGER, after=page.last)
