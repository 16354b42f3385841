"""The API of the daemon: its reader, what it knows of users, who may ask, and what is counted of it."""

import uuid
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.types import ASGIApp

from enrichment import __version__
from enrichment.adapters.clock import SystemClock
from enrichment.adapters.meaning.erasing import erase_vectors
from enrichment.adapters.monitoring.registry import Metrics
from enrichment.adapters.postgres.audit import PostgresAudit
from enrichment.adapters.postgres.erasure import erase, holdings
from enrichment.adapters.postgres.feedback import PostgresFeedback
from enrichment.adapters.postgres.known_user import fact_heard_by, known_user
from enrichment.adapters.postgres.rights import PostgresRights
from enrichment.adapters.qdrant.erasing import Deleted, QdrantErasing
from enrichment.app.vectors import open_own_meaning
from enrichment.app.worker import PIPELINE_VERSION, App
from enrichment.domain.feedback import Feedback
from enrichment.errors import DependencyUnavailable
from enrichment.reader import EnrichmentReader, ReaderEvent, ReaderOptions, WireOptions
from enrichment.settings import WebSettings
from enrichment.web.api import ApiOptions, ApiParts, Tokens, api
from enrichment.web.api.ports import Judgement

# The worker's own work may hold the event loop up for longer than an agent's reader would wait.
DEADLINE: Final = timedelta(seconds=1)
RECALL_DEADLINE: Final = timedelta(seconds=5)
CONNECTIONS: Final = 5
_ASKED_BY: Final = "api"


@asynccontextmanager
async def open_api(app: App, metrics: Metrics) -> AsyncIterator[ASGIApp]:
    """Open the API with a reader of its own; it is to be mounted at ``/v1``."""

    def heard(event: ReaderEvent) -> None:
        metrics.add("reader_events_total", event=event.value)

    def observed(route: str | None, method: str, status: int, seconds: float) -> None:
        where = route or "other"
        metrics.add("api_requests_total", route=where, method=method, status=f"{status // 100}xx")
        metrics.observe("api_request_duration_seconds", seconds, route=where)

    settings, dsn = app.settings, app.servers.dsn
    behind_pooler = not settings.postgres.statement_cache_size
    wanted = ReaderOptions(
        deadline=DEADLINE,
        recall_deadline=RECALL_DEADLINE,
        listen=not behind_pooler,
        wire=WireOptions(connections=CONNECTIONS, behind_pooler=behind_pooler, application_name="enrichment-api"),
        on_event=heard,
    )
    assert dsn is not None  # noqa: S101 - servers that were opened have one
    async with (
        open_own_meaning(settings, app.servers) as meaning,
        EnrichmentReader(dsn, wanted, meaning=meaning) as reader,
    ):
        parts = ApiParts(reader=reader, users=KeptUsers(app))
        yield api(parts, _options(settings.web), observed, version=__version__)


def _options(web: WebSettings) -> ApiOptions:
    tokens = Tokens(
        operator=web.token.get_secret_value() if web.token else None,
        bots={bot: token.get_secret_value() for bot, token in web.bot_tokens.items()},
    )
    return ApiOptions(tokens=tokens, per_minute=web.requests_per_minute)


class KeptUsers:
    """See ``web.api.ports.UserMemory``."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._database = app.servers.database

    async def known(self, user_id: str, bot: str | None) -> Mapping[str, Any]:
        rights = PostgresRights(self._database, pipeline_version=PIPELINE_VERSION)
        erased_before, opted_out_since = await rights.wishes(user_id)
        # These say what was said to other bots, too.
        forbidden = await rights.rules(user_id) if bot is None else None
        rows = await holdings(self._database, user_id) if bot is None else None
        return {
            "user_id": user_id,
            **await known_user(self._database, user_id, bot),
            "erased_before": erased_before,
            "opted_out_since": opted_out_since,
            "forbidden": forbidden,
            "rows": rows,
        }

    async def judge(self, judgement: Judgement, bot: str | None) -> Mapping[str, Any] | None:
        if await fact_heard_by(self._database, judgement.user_id, judgement.fact_id, bot) is None:
            return None
        given = Feedback(feedback_id=uuid.uuid4(), given_at=SystemClock().now(), **asdict(judgement))
        heard = await PostgresFeedback(self._database, pipeline_version=PIPELINE_VERSION).give(given)
        if heard is None:
            return None
        return {
            "fact_id": heard.after.fact_id,
            "state": heard.after.state,
            "confidence_before": heard.before.confidence,
            "confidence": heard.after.confidence,
            "correction_id": heard.correction and heard.correction.fact_id,
        }

    async def erase(self, user_id: str, *, messages: bool) -> Mapping[str, Any]:
        # As on the admin page: who asks for it is on record before it is done.
        trail, counts, outcome = PostgresAudit(self._database), Counter[str](), "failed"
        action_id = await trail.begin(_ASKED_BY, "erase", user_id, "with messages" if messages else None)
        try:
            told = await self._erase(user_id, messages=messages)
            counts["rows"] += told["total"]
            counts["points"] += sum(one["deleted"] for one in told["messages"].values())
            outcome = "done" if counts.total() else "nothing"
        finally:
            await trail.end(action_id, outcome, counts)
        return told

    async def _erase(self, user_id: str, *, messages: bool) -> Mapping[str, Any]:
        receipt = await erase(self._database, user_id)
        # While Qdrant is away the rows are gone all the same, and the daemon deletes these as soon as it is back.
        with suppress(DependencyUnavailable):
            await erase_vectors(self._database, self._app.servers.qdrant, user_id)
        deleted = await self._erase_messages(user_id, receipt.erased_before) if messages else {}
        return {
            "user_hash": receipt.user_hash.hex(),
            "erased_before": receipt.erased_before,
            "rows": receipt.rows,
            "total": receipt.total,
            "read_again": receipt.read_again,
            "messages": {name: asdict(one) for name, one in deleted.items()},
        }

    async def _erase_messages(self, user_id: str, before: datetime) -> Mapping[str, Deleted]:
        erasing = QdrantErasing(self._app.servers.qdrant, SystemClock(), self._app.servers.rules)
        return await erasing.erase(user_id, await self._app.ports.pending.collections(), before)
