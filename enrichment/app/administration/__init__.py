"""What the admin page may look at and do, put together from the adapters and from what commands do."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from enrichment.adapters.postgres.leases import PostgresLeases
from enrichment.adapters.postgres.pauses import PostgresPauses
from enrichment.app.administration.doing import AppCorrections, AppErasing, AppQuarantine
from enrichment.app.administration.looking import AppBots, AppOversight, AppPeople, AppTrail
from enrichment.app.administration.reconciling import BackgroundReconciling
from enrichment.app.worker import App
from enrichment.settings import WebSettings
from enrichment.web.admin.access import Access
from enrichment.web.admin.ports import Administration


def access_of(web: WebSettings) -> Access:
    """Return who may come in, as the settings say."""
    return Access(token=web.token.get_secret_value() if web.token else None)


@asynccontextmanager
async def administration(app: App) -> AsyncIterator[Administration]:
    """Yield the ports of the admin page; what it does in the background ends with the block."""
    database = app.servers.database
    # Somebody else than the worker: nobody may hold a user twice.
    leases = PostgresLeases(database, owner=uuid.uuid4(), length=app.settings.lease)
    own = replace(app, ports=replace(app.ports, leases=leases))
    async with BackgroundReconciling(own) as reconciling:
        yield Administration(
            oversight=AppOversight(database, app.settings.budget.day_usd),
            people=AppPeople(database),
            corrections=AppCorrections(own),
            erasing=AppErasing(own),
            quarantine=AppQuarantine(own),
            reconciling=reconciling,
            pausing=PostgresPauses(database),
            trail=AppTrail(database),
            bots=AppBots(database),
        )
