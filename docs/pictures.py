"""Takes the pictures of the admin page anew: `python -m docs.pictures`, with an invented acquaintance and Chromium."""

import asyncio
import socket
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.async_api import Browser, ViewportSize, async_playwright, expect
from pydantic import SecretStr

from bench.chromium import launch
from bench.engines.acquaintance import acquaintance
from bench.engines.seeding import write_talk
from enrichment.adapters.embedded import EmbeddedServers, embedded_blocking
from enrichment.adapters.postgres.migrate import migrate
from enrichment.adapters.postgres.pool import connected
from enrichment.app import open_daemon
from enrichment.engines.frame import Pair
from enrichment.settings import PostgresSettings, QdrantSettings, Settings, WebSettings

IMAGES = Path(__file__).parent / "images"
PAIR = Pair("ada", "aria")
UNDRAWN = "canvas[data-figure]:not([data-drawn])"
# As high as the page: what is scrolled to would be drawn anew.
SIZE: ViewportSize = {"width": 1_180, "height": 4_000}


class Picture(NamedTuple):
    """A drawing: its file, the page that it is on, its name, and how it is looked at."""

    file: str
    path: str
    drawing: str
    scheme: Literal["light", "dark"]


PICTURES = (
    Picture("topics.png", "user?id=ada", "topics", "light"),
    Picture("quality.png", "bot?name=aria", "quality", "light"),
)


async def take(servers: EmbeddedServers) -> None:
    """Fill a database, serve it, and look at it."""
    async with connected(servers.postgres_dsn) as database:
        await migrate(database)
        now = datetime.now(UTC)
        await write_talk(database, PAIR, acquaintance("pictures", now), now)
    settings = Settings(
        qdrant=QdrantSettings(url=servers.qdrant_url, collections=("chat",)),
        postgres=PostgresSettings(dsn=SecretStr(servers.postgres_dsn)),
        web=WebSettings(port=_free_port()),
    )
    async with open_daemon(settings), async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch())
        for picture in PICTURES:
            await _shoot(browser, f"http://127.0.0.1:{settings.web.port}/admin/{picture.path}", picture)
        await browser.close()


async def _shoot(browser: Browser, address: str, picture: Picture) -> None:
    context = await browser.new_context(viewport=SIZE)
    page = await context.new_page()
    await page.emulate_media(color_scheme=picture.scheme)
    await page.goto(address)
    await expect(page.locator(UNDRAWN)).to_have_count(0)
    await page.locator(f".drawing[data-name='{picture.drawing}']").screenshot(path=IMAGES / picture.file)
    await context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    """Take all pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # As root, Postgres runs as somebody who has to get in.
        Path(folder).chmod(0o755)
        with embedded_blocking(Path(folder) / "data") as servers:
            asyncio.run(take(servers))
    for picture in PICTURES:
        print(f"{picture.file}: {(IMAGES / picture.file).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
