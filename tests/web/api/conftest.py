"""The API on a worker's own parts, a real Postgres and a real Qdrant below them, asked without a socket."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Protocol

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from enrichment.adapters.monitoring.registry import Metrics
from enrichment.app import App, open_app
from enrichment.app.api import open_api
from enrichment.settings import PostgresSettings, QdrantSettings, Settings, WebSettings
from enrichment.web.api import ApiMount

LUNA, AVA, OPERATOR = "token of luna 123", "token of ava 12345", "token of the operator"
WITH_TOKENS = WebSettings(
    token=SecretStr(OPERATOR),
    bot_tokens={"luna": SecretStr(LUNA), "ava": SecretStr(AVA)},
    requests_per_minute=1_000_000,
)
FIXED = {"model": "offline", "version": "0", "pipeline_version": "1"}


class Opened(Protocol):
    """Opens the API with some settings; yields a client that carries a token, if one is given."""

    def __call__(self, web: WebSettings = WITH_TOKENS, token: str = OPERATOR) -> AbstractAsyncContextManager["Agent"]:
        """Open it."""


class Agent(httpx.AsyncClient):
    """A client in any language; ``metrics`` are the worker's."""

    app: App
    metrics: Metrics


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}


@pytest.fixture
def opened(embedded_url: str, database_dsn: str) -> Opened:
    @asynccontextmanager
    async def open_it(web: WebSettings = WITH_TOKENS, token: str = OPERATOR) -> AsyncIterator[Agent]:
        settings = Settings(
            qdrant=QdrantSettings(url=embedded_url, collections=("none*",)),
            postgres=PostgresSettings(dsn=SecretStr(database_dsn)),
            web=web,
        )
        metrics = Metrics(FIXED)
        async with AsyncExitStack() as stack:
            app = await stack.enter_async_context(open_app(settings, trigger="daemon"))
            agents = await stack.enter_async_context(open_api(app, metrics))
            site = Starlette(routes=[ApiMount("/v1", agents)])
            client = Agent(transport=httpx.ASGITransport(site), base_url="http://localhost", headers=bearer(token))
            agent = await stack.enter_async_context(client)
            agent.app, agent.metrics = app, metrics
            yield agent

    return open_it


@pytest.fixture
async def agent(opened: Opened) -> AsyncIterator[Agent]:
    """A client with the operator's token."""
    async with opened() as agent:
        yield agent
