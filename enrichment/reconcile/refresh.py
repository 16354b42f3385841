"""Keeps the engines' rows fresh between batches, without a model: a bounded pass in every round of the loop."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from enrichment.engines.folding import Fold, KeptRow, attempted
from enrichment.engines.frame import AnyEngine, Asked, Pair
from enrichment.engines.keeping import BotSum
from enrichment.engines.waiting import Arrived
from enrichment.errors import LeaseLost, UserErased
from enrichment.lease_keeping import kept
from enrichment.ports import Lease, Ports
from enrichment.reconcile.rebuild import rebuild

log = structlog.get_logger()

EXTEND, BOTS, REBUILD = "extend", "bots", "rebuild"

Work = Callable[[Ports, Pair, Lease], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshOptions:
    """How much a pass does, and how far passes of a kind are apart over all replicas.

    A row is to be served for ``keep`` if nobody looks after it, and is looked after when half of that is over.
    """

    lease_seconds: float = 60.0
    keep: timedelta = timedelta(hours=24)
    extend_every: timedelta = timedelta(minutes=5)
    bots_every: timedelta = timedelta(minutes=15)
    rebuild_every: timedelta = timedelta(minutes=1)
    pairs: int = 200
    bots: int = 100
    rebuilds: int = 5


async def refresh(ports: Ports, options: RefreshOptions, *, at_once: bool = False) -> None:
    """Report again on pairs that are behind, extend what did not change, sum up bots, rebuild what is wrong.

    ``at_once`` does not wait until it is time.
    """
    engines = ports.engines
    if not engines.run:
        return
    for pair in await engines.caches.behind(options.pairs):
        await with_lease(ports, options.lease_seconds, pair, report)
    now = ports.clock.now()
    if at_once or await engines.caches.claim(EXTEND, now, options.extend_every):
        await engines.caches.extend(now, options.keep)
    if at_once or await engines.caches.claim(REBUILD, now, options.rebuild_every):
        for pair in await engines.rebuilds.due(now, options.rebuilds):
            await with_lease(ports, options.lease_seconds, pair, rebuild)
    if at_once or await engines.caches.claim(BOTS, now, options.bots_every):
        await sum_up_bots(ports, now, options)


async def sum_up_bots(ports: Ports, now: datetime, options: RefreshOptions) -> None:
    """Add up the shares of bots whose pairs have changed, and make their rows of the sums."""
    engines = ports.engines
    versions = {engine.name: engine.version for engine in engines.run}
    changed = await engines.bots.changed(now + options.keep / 2, options.bots)
    for bot_name in changed:
        sums = await engines.bots.summed(bot_name, versions)
        by_engine = {one.engine: one for one in sums}
        rows = [
            row
            for engine in engines.run
            if (row := _row_of_bot(engine, bot_name, by_engine.get(engine.name), now)) is not None
        ]
        await engines.bots.write(bot_name, sums, rows, now)
    if len(changed) < options.bots:
        await engines.bots.confirm(now)


def _row_of_bot(engine: AnyEngine, bot_name: str, found: BotSum | None, now: datetime) -> KeptRow | None:
    if engine.report_bot is None or found is None:
        return None
    row, error = attempted(partial(engine.report_bot, bot_name, found.sums, Asked(now=now)))
    if error is not None:
        log.error("engine.failed", engine=engine.name, error=error)
    return None if row is None else KeptRow(row=row, expires_at=now + engine.keep_for)


async def report(ports: Ports, pair: Pair, lease: Lease) -> None:
    """Make a pair's rows anew of what is kept of it."""
    engines, now = ports.engines, ports.clock.now()
    fold = Fold(pair, engines.run, await engines.states.load(pair), registered=engines.registered)
    memories = await engines.states.memories(pair, fold.wanted(Arrived()), now)
    fold.report(Asked(now=now), memories)
    await engines.states.write(fold.collect(now), lease)


async def with_lease(ports: Ports, lease_seconds: float, pair: Pair, work: Work) -> bool:
    """Work for a pair while nobody else works for its user; tell whether that was possible."""
    lease = await ports.leases.claim(pair.user_id)
    if lease is None:
        return False
    try:
        async with kept(ports.leases, lease, lease_seconds):
            await work(ports, pair, lease)
    except (LeaseLost, UserErased):
        return False
    finally:
        await ports.leases.release(lease, served=False)
    return True
