"""A bug in a reconciliation ends it, and is logged without a word of what it was about."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from enrichment.adapters.model.offline import OfflineModel
from enrichment.adapters.postgres.ledger import PostgresLedger
from enrichment.adapters.postgres.pool import connected
from enrichment.adapters.qdrant.server import connected as qdrant_connected
from enrichment.app.administration.reconciling import BackgroundReconciling
from enrichment.app.servers import Servers
from enrichment.app.worker import assembled
from enrichment.domain.outcomes import Settlement
from enrichment.options import rules
from enrichment.settings import Settings

SECRET = "she is allergic to nuts"
NOWHERE = "postgresql://127.0.0.1:1/nothing"


class Broken(PostgresLedger):
    """A ledger with a bug."""

    async def unsettled(
        self, user_id: str | None, limit: int, *, left_out: Collection[str] = ()
    ) -> Sequence[Settlement]:
        """Fail with somebody's words."""
        raise LookupError(SECRET)


async def test_a_bug_in_a_reconciliation_is_logged_by_its_kind_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with connected(NOWHERE) as database, qdrant_connected("http://127.0.0.1:1", timeout_seconds=1) as qdrant:
        servers = Servers(database=database, qdrant=qdrant, rules=rules(Settings()))
        app = assembled(Settings(), servers, OfflineModel(), trigger="daemon")
        with capture_logs() as said:
            async with BackgroundReconciling(replace(app, ports=replace(app.ports, ledger=Broken(database)))) as work:
                await work.begin(repair=False)
                await asyncio.sleep(0)
            latest = work.latest()

    assert latest is not None
    assert latest.has_failed
    assert [(entry["event"], entry["error"]) for entry in said] == [("reconciliation.ended", "LookupError")]
    assert SECRET not in caplog.text
