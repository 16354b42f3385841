"""Takes the pictures of the admin page that docs/admin.md shows: `python -m docs.screenshots`, on the demo's chat."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, NamedTuple

import asyncpg
from playwright.sync_api import Browser, Page

from bench.chromium import chromium
from bench.daemon import Daemon, daemon
from bench.engines.acquaintance import acquaintance
from bench.engines.seeding import write_talk
from bench.stage import CHECKOUT
from enrichment.adapters.embedded import EmbeddedServers, embedded_blocking
from enrichment.adapters.postgres.pool import connected
from enrichment.engines.frame import Pair

IMAGES = Path(__file__).parent / "images"
COLLECTION = "chat"
PAIR = Pair("mara", "luna")
READ_SECONDS = 60.0
_DESK, _PHONE = (1_180, 760), (375, 740)
_DRAWN = "[...document.querySelectorAll('canvas[data-figure]')].every(each => each.dataset.drawn)"


class Shot(NamedTuple):
    """A picture: its file, the page, how it is looked at, and what is clicked on or scrolled to first."""

    file: str
    path: str
    scheme: Literal["light", "dark"]
    size: tuple[int, int]
    follows: str | None = None
    scrolls_to: str | None = None


SHOTS = (
    Shot("admin-overview.png", "", "light", _DESK),
    Shot("admin-user.png", "user?id=mara", "light", _DESK),
    Shot("admin-drawn.png", "user?id=mara", "dark", _DESK, scrolls_to="#drawn"),
    Shot("admin-fact.png", "user?id=mara", "dark", _DESK, follows="Mara is vegetarian."),
    Shot("admin-phone.png", "user?id=mara", "light", _PHONE, follows="Mara moved to Hamburg."),
)


def take(servers: EmbeddedServers, folder: Path) -> None:
    """Let a daemon read the chat that ships with the program, and look at its pages."""
    settings = {
        "POSTGRES__DSN": servers.postgres_dsn,
        "POSTGRES__MIGRATE": "true",
        "QDRANT__URL": servers.qdrant_url,
        "QDRANT__COLLECTIONS": COLLECTION,
        "BUDGET__DAY_USD": "5",
    }
    with daemon(folder, settings) as running:
        messages = _import(settings)
        asyncio.run(_filled(servers.postgres_dsn, messages))
        with chromium() as browser:
            for shot in SHOTS:
                _shoot(browser, running, shot)
                print(f"{shot.file}: {(IMAGES / shot.file).stat().st_size:,} bytes")


def _import(settings: dict[str, str]) -> int:
    named = {f"ENRICHMENT_{name}": value for name, value in settings.items()}
    with as_file(files("enrichment.cli") / "demo_chat.jsonl") as chat:
        done = subprocess.run(
            [sys.executable, "-m", "enrichment", "import", str(chat), "-c", COLLECTION, "--json"],
            cwd=CHECKOUT,
            env={**os.environ, **named},
            check=True,
            capture_output=True,
        )
    report: dict[str, Any] = json.loads(done.stdout)
    return int(report["imported"])


async def _filled(dsn: str, messages: int) -> None:
    """Wait until everything is read, then let the engines have known the user for a season."""
    connection, until = await asyncpg.connect(dsn), time.monotonic() + READ_SECONDS
    try:
        while await connection.fetchval("select count(*) from ledger where settled_at is not null") < messages:
            if time.monotonic() > until:
                raise RuntimeError("the daemon does not get on")
            await asyncio.sleep(0.2)
    finally:
        await connection.close()
    now = datetime.now(UTC)
    async with connected(dsn) as database:
        await write_talk(database, PAIR, acquaintance("screenshots", now), now)


def _shoot(browser: Browser, running: Daemon, shot: Shot) -> None:
    width, height = shot.size
    with browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=shot.scheme, reduced_motion="reduce"
    ) as context:
        page = context.new_page()
        page.goto(f"{running.address}/admin/")
        page.get_by_label("Token").fill(running.token)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Overview").wait_for()
        page.goto(f"{running.address}/admin/{shot.path}")
        _go_on(page, shot)
        page.screenshot(path=IMAGES / shot.file)


def _go_on(page: Page, shot: Shot) -> None:
    if shot.follows is not None:
        page.get_by_role("link", name=shot.follows).click()
        page.get_by_role("heading", name="Evidence").wait_for()
    page.wait_for_function(_DRAWN)
    if shot.scrolls_to is not None:
        page.evaluate("name => document.querySelector(name).scrollIntoView()", shot.scrolls_to)
        page.wait_for_function(_DRAWN)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="enrichment-screenshots-") as name:
        # Started by root, Postgres runs as another user, who has to pass through here.
        Path(name).chmod(0o711)
        with embedded_blocking(Path(name) / "data") as opened:
            take(opened, Path(name))
