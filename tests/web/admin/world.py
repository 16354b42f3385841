"""What the pages show in tests: a chat that a daemon has read, and what strangers might have written."""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from playwright.sync_api import Page

from bench.daemon import Daemon
from enrichment.adapters.embedded import EmbeddedServers
from enrichment.app import open_importer
from enrichment.settings import QdrantSettings, Settings
from tests.adapters.embedded.processes import reachable_folder
from tests.faults.background import wait_until
from tests.postgres_fixtures import in_database
from tests.web.admin.hostile import PAYLOADS, hostile_chat, plant

DEMO = Path(str(files("enrichment.cli"))) / "demo_chat.jsonl"


@dataclass(slots=True)
class World:
    """A database and a collection of their own, and the daemon that serves them."""

    dsn: str
    qdrant_url: str
    collection: str
    daemon: Daemon = field(init=False)

    @property
    def settings(self) -> dict[str, str]:
        """What the daemon is told."""
        return {
            "POSTGRES__DSN": self.dsn,
            "QDRANT__URL": self.qdrant_url,
            "QDRANT__COLLECTIONS": self.collection,
        }

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Run a statement."""
        return in_a_loop_of_its_own(self.dsn, statement, values)


def in_a_loop_of_its_own(dsn: str, statement: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
    """Run one statement on a connection of its own, wherever one is."""

    async def work() -> list[dict[str, Any]]:
        connection = await asyncpg.connect(dsn)
        try:
            return [dict(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work()).result()


@contextmanager
def storing(servers: EmbeddedServers, postgres: str, template: str) -> Iterator[World]:
    """Make a database and name a collection."""
    name = f"test_{uuid.uuid4().hex}"
    in_a_loop_of_its_own(postgres, f"create database {name} template {template}")
    try:
        yield World(in_database(postgres, name), servers.qdrant_url, f"chat_{name[-12:]}")
    finally:
        in_a_loop_of_its_own(postgres, f"drop database if exists {name} with (force)")
        httpx.delete(f"{servers.qdrant_url}/collections/chat_{name[-12:]}", timeout=20)


def read_chat(world: World) -> None:
    """Let the daemon read the chat that ships with the program, and what strangers write into chats."""
    with reachable_folder() as folder:
        chat = folder / "chat.jsonl"
        chat.write_text(DEMO.read_text(encoding="utf-8") + hostile_chat(), encoding="utf-8")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, _import(world, chat)).result()
    ended = "select count(*) >= $1 as all from ledger where settled_at is not null"
    messages = len(DEMO.read_text(encoding="utf-8").splitlines()) + len(PAYLOADS)
    wait_until(lambda: world.rows(ended, messages)[0]["all"], "everything to be read", 45)
    plant(world)


async def _import(world: World, chat: Path) -> None:
    settings = Settings(qdrant=QdrantSettings(url=world.qdrant_url, collections=(world.collection,)))
    async with open_importer(settings) as imported:
        await imported(chat, world.collection)


def sign_in(page: Page, daemon: Daemon) -> None:
    """Fill in the form."""
    page.goto(f"{daemon.address}/admin/")
    page.get_by_label("Token").fill(daemon.token)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()


def go(page: Page, world: World, path: str) -> int:
    """Open a page; return the status."""
    answer = page.goto(f"{world.daemon.address}/admin{path}")
    assert answer is not None
    return answer.status
