"""A real browser on the admin page of a real daemon: what went wrong in it is written down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from playwright.async_api import Browser, Page, async_playwright, expect

from bench.chromium import launch

UNDRAWN = "canvas[data-figure]:not([data-drawn])"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Yield a browser; raises ``NoChromium``."""
    started = launch()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**started)
        yield browser
        await browser.close()


@dataclass(slots=True)
class Visit:
    """A tab, and all that the browser complained of in it."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    async def go(self, path: str, **query: str) -> None:
        """Open a page and wait until everything on it is drawn."""
        await self.page.goto(f"{self.address}/admin/{path}?{urlencode(query)}")
        await self.drawn()

    async def drawn(self) -> None:
        """Wait until everything is drawn; by selector, since the page's policy forbids to evaluate a string."""
        await expect(self.page.locator(UNDRAWN)).to_have_count(0)

    def drawing(self, name: str) -> str:
        """Return the selector of a drawing that can be seen."""
        return f"details[open] .drawing[data-name='{name}']"


@asynccontextmanager
async def visit(browser: Browser, address: str, **context: object) -> AsyncIterator[Visit]:
    """Yield a tab with cookies of its own, 1,280 pixels wide unless the context says otherwise."""
    options = {"viewport": {"width": 1_280, "height": 900}, **context}
    within = await browser.new_context(**options)  # type: ignore[arg-type]
    page = await within.new_page()
    page.set_default_timeout(10_000)
    visited = Visit(page, address)
    page.on("console", lambda said: visited.complaints.append(said.text))
    page.on("pageerror", lambda error: visited.complaints.append(str(error)))
    yield visited
    await within.close()
