"""``python -m bench.worker``: the worker as ``run --once`` is, in its own process, with what a bench wants to know.

It is set up by the environment, like the program. Its report is that of ``run --once --json`` with more: ``main``.
"""

import argparse
import asyncio
import json
import resource
import sys
import time
import uuid
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from enrichment.app import App, open_app
from enrichment.cli.context import configure_logging
from enrichment.configuration import load_settings
from enrichment.domain.batches import Batch, Known
from enrichment.domain.changes import Changes, Committed
from enrichment.domain.digest import Refused
from enrichment.domain.facts import Remembered, Slot
from enrichment.domain.messages import Fetched, Pending, PointRef
from enrichment.domain.outcomes import Settled, Settlement
from enrichment.engines.folding import Observed
from enrichment.loop import run_once
from enrichment.ports import Lease, Memory, OpenBatch, PendingMessages

_STATUS = Path("/proc/self/status")


class CountedPages:
    """``ports.PendingMessages`` that counts the pages of the plan pass."""

    def __init__(self, pending: PendingMessages) -> None:
        self._pending = pending
        self.pages = 0

    async def collections(self) -> Sequence[str]:
        return await self._pending.collections()

    async def backlog(self, collection: str) -> AsyncIterator[Sequence[Pending]]:
        async for page in self._pending.backlog(collection):
            self.pages += 1
            yield page

    async def fetch(self, user_id: str, refs: Sequence[PointRef]) -> Fetched:
        return await self._pending.fetch(user_id, refs)

    async def settle(self, settlements: Sequence[Settlement]) -> Settled:
        return await self._pending.settle(settlements)


class HeardRefusals:
    """``ports.Memory`` that keeps what was dropped from answers, which the program itself only counts."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.refused: list[Refused] = []

    async def known(self, batch: Batch, ids: dict[str, uuid.UUID] | None = None) -> Known:
        return await self._memory.known(batch, ids)

    async def related(self, batch: Batch, slots: Collection[Slot], known: Known) -> Sequence[Remembered]:
        return await self._memory.related(batch, slots, known)

    async def commit(
        self, opened: OpenBatch, changes: Changes, lease: Lease, observed: Observed | None = None
    ) -> Committed:
        committed = await self._memory.commit(opened, changes, lease, observed)
        self.refused += changes.refused
        return committed


async def work(*, plan_only: bool) -> dict[str, Any]:
    """Do one run, or its plan alone, and return the report."""
    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    async with open_app(settings, trigger="once") as opened:
        pages, memory = CountedPages(opened.ports.pending), HeardRefusals(opened.ports.memory)
        app = replace(opened, ports=replace(opened.ports, pending=pages, memory=memory))
        report = await (_planned(app) if plan_only else _drained(app))
        report["refusals"] = [
            {"reason": one.reason.value, "statement": one.item.get("s") if isinstance(one.item, dict) else None}
            for one in memory.refused
        ]
        shown = {"known_tokens": settings.batch.known_tokens, "summary_tokens": settings.batch.summary_tokens}
        return {**report, **shown, "scan_pages": pages.pages, "concurrency": settings.model.concurrency}


async def _drained(app: App) -> dict[str, Any]:
    cycle = app.cycle(asyncio.Event())
    async with app.recorded(cycle):
        await run_once(cycle)
    return cycle.tally.report()


async def _planned(app: App) -> dict[str, Any]:
    cycle = app.cycle(asyncio.Event())
    began, cpu = time.monotonic(), time.process_time()
    await cycle.plan()
    spent = {"plan_seconds": time.monotonic() - began, "plan_cpu_seconds": time.process_time() - cpu}
    users = [user async for page in app.ports.backlog.candidates() for user in page]
    return {**spent, "users": len(users), "messages": sum(user.messages for user in users)}


def peak_rss_mb() -> float:
    """Return the most memory that this process has held at once, in MB of 10⁶ bytes.

    ``ru_maxrss`` alone would not do: on Linux it begins with that of the process which started this one.
    """
    if _STATUS.exists():
        peak = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    """Print the report as JSON: ``refusals``, ``scan_pages``, ``peak_rss_mb`` and three settings are added to it."""
    parser = argparse.ArgumentParser(prog="python -m bench.worker", description=__doc__)
    parser.add_argument("--plan-only", action="store_true", help="look at what is pending, and do nothing about it")
    chosen = parser.parse_args()
    report = asyncio.run(work(plan_only=chosen.plan_only))
    print(json.dumps({**report, "peak_rss_mb": peak_rss_mb()}))


if __name__ == "__main__":
    main()
