"""Whatever the API's document allows, and much that it does not, is answered without a fault of ours."""

import socket
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bench.api_fuzz import BOT, TOKEN, USER, asked
from enrichment.adapters.postgres.pool import Database
from enrichment.app import open_daemon
from enrichment.settings import PostgresSettings, QdrantSettings, Settings, WebSettings
from tests.adapters.postgres.examples import Stage
from tests.reader.examples import Shelf

# `make api-fuzz SECONDS=600` asks for longer.
SECONDS = 60
ROUTES = {
    "GET /v1/context",
    "POST /v1/recall",
    "POST /v1/feedback",
    "GET /v1/users/{user_id}",
    "DELETE /v1/users/{user_id}",
    "POST /v1/users/{user_id}/enrich",
}


@pytest.fixture
async def address(embedded_url: str, database: Database, database_dsn: str) -> AsyncIterator[str]:
    """The address of a daemon that knows something."""
    shelf = Shelf(Stage(database))
    await shelf.fact("likes tea", user_id=USER, bot_name=BOT)
    # Without a loop nobody would ever look at what is pending, and every wait would last.
    await shelf.stage.execute("insert into plan_passes (collection, current_pass, next_pass) values ('chat', 2, 1)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = Settings(
        qdrant=QdrantSettings(url=embedded_url, collections=("nothing*",)),
        postgres=PostgresSettings(dsn=SecretStr(database_dsn)),
        web=WebSettings(port=port, token=SecretStr(TOKEN), requests_per_minute=1_000_000),
    )
    async with open_daemon(settings):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.timeout(300)
async def test_nothing_that_can_be_asked_is_a_fault_of_ours(address: str) -> None:
    report = await asked(address, SECONDS, seed=1)

    assert not report["found"], "\n".join(report["found"])
    assert report["by_status"]["5xx"] == 0
    assert report["facts_known"] == 1
    assert set(report["by_route"]) >= ROUTES
