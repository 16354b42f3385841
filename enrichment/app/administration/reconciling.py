"""A reconciliation that was asked for on a page: it goes on in the background, one at a time."""

import asyncio
from dataclasses import dataclass, replace
from typing import Self

import structlog

from enrichment.app.worker import App
from enrichment.domain.upkeep import Findings
from enrichment.errors import EnrichmentError
from enrichment.options import sweep_options
from enrichment.reconcile.leftovers import reopen_requeued, settle_leftovers
from enrichment.reconcile.sweep import sweep
from enrichment.web.admin.ports import Reconciliation, Row

log = structlog.get_logger()


@dataclass(slots=True)
class BackgroundReconciling:
    """``ports.Reconciling``; leaving the context ends what is under way."""

    app: App
    _latest: Reconciliation | None = None
    _work: "asyncio.Task[None] | None" = None

    async def __aenter__(self) -> Self:
        """Begin with none."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End what is under way."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    async def begin(self, *, repair: bool) -> bool:
        if self._work is not None and not self._work.done():
            return False
        self._latest = Reconciliation(repairs=repair, began_at=self.app.ports.clock.now())
        self._work = asyncio.create_task(self._reconcile(repair=repair), name="reconciliation")
        self._work.add_done_callback(_tell)
        return True

    def latest(self) -> Reconciliation | None:
        return self._latest

    async def _reconcile(self, *, repair: bool) -> None:
        ports, has_failed = self.app.ports, True
        try:
            await settle_leftovers(ports)
            await reopen_requeued(ports.upkeep)
            for name in await ports.pending.collections():
                await self._compare(name, repair=repair)
            has_failed = False
        except EnrichmentError as error:
            log.warning("reconciliation.failed", error=type(error).__name__)
        finally:
            self._tell(ended_at=ports.clock.now(), has_failed=has_failed)

    async def _compare(self, name: str, *, repair: bool) -> None:
        found = Findings()

        def heard(part: Findings) -> None:
            found.add(part)
            self._tell_of(name, {**found.report(), "left": found.left})

        heard(Findings())
        await sweep(self.app.ports, name, sweep_options(self.app.settings, repair=repair), heard)

    def _tell_of(self, name: str, findings: Row) -> None:
        if self._latest is not None:
            self._tell(collections={**self._latest.collections, name: findings})

    def _tell(self, **changes: object) -> None:
        if self._latest is not None:
            self._latest = replace(self._latest, **changes)  # type: ignore[arg-type]  # fields of Reconciliation


def _tell(work: "asyncio.Task[None]") -> None:
    """A bug is seen by its kind: what the loop would write of it may quote messages."""
    if not work.cancelled() and (error := work.exception()) is not None:
        log.error("reconciliation.ended", error=type(error).__name__)
