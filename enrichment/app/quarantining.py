"""What is done about messages that no model could read: they get another chance, or are given up."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

import structlog

from enrichment.adapters.postgres.quarantine import PostgresQuarantine, Quarantined
from enrichment.adapters.postgres.requeued import PostgresRequeued
from enrichment.app.worker import App
from enrichment.domain.messages import PointRef
from enrichment.reconcile.leftovers import reopen_requeued, settle_leftovers

log = structlog.get_logger()


async def retry(app: App, *, reason: str | None = None, refs: Sequence[PointRef] | None = None) -> int:
    """Send messages back to pending, as if they had never been tried; return how many points those were."""
    quarantined = PostgresQuarantine(app.servers.database)
    retried: set[PointRef] = set()
    # A list has an end. What a worker has quarantined again since then is not retried twice.
    while chosen := [one for one in await quarantined.list(reason=reason, refs=refs) if one.ref not in retried]:
        await _requeue(PostgresRequeued(app.servers.database), chosen)
        retried |= {one.ref for one in chosen}
        _note("quarantine.retried", chosen)
    await reopen_requeued(app.ports.upkeep)
    return len(retried)


async def give_up(app: App, refs: Sequence[PointRef]) -> int:
    """End messages as skipped; return how many points of these were quarantined."""
    quarantined = PostgresQuarantine(app.servers.database)
    chosen = await quarantined.list(refs=refs)
    for one in chosen:
        await quarantined.drop(one)
    await settle_leftovers(app.ports)
    _note("quarantine.dropped", chosen)
    return len(chosen)


async def _requeue(requeued: PostgresRequeued, chosen: Sequence[Quarantined]) -> None:
    for user_id, group in groupby(sorted(chosen, key=attrgetter("user_id")), attrgetter("user_id")):
        await requeued.requeue(user_id, [(one.identity, one.content_hash) for one in group], "retry")


def _note(event: str, chosen: Sequence[Quarantined]) -> None:
    for one in chosen:
        log.info(event, id=f"{one.ref.collection}/{one.ref.point_id}", reason=one.reason)
