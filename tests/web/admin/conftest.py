"""One daemon that has read a chat, and one browser, for all tests of pages."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bench.chromium import NoChromium, chromium
from bench.daemon import daemon
from enrichment.adapters.embedded import EmbeddedServers
from tests.adapters.embedded.processes import reachable_folder
from tests.web.admin.world import World, read_chat, sign_in, storing


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Not for longer: while it is open, this thread has an event loop, and asynchronous tests want their own.
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(chromium())
        except NoChromium as error:
            pytest.skip(str(error))
        yield opened


@pytest.fixture(scope="session")
def world(embedded_servers: EmbeddedServers, postgres_server: str, postgres_template: str) -> Iterator[World]:
    with (
        storing(embedded_servers, postgres_server, postgres_template) as world,
        reachable_folder() as folder,
        daemon(folder, world.settings) as running,
    ):
        world.daemon = running
        read_chat(world)
        yield world


@pytest.fixture(scope="module")
def signed_in(world: World, browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1180, "height": 800}, reduced_motion="reduce") as context:
        context.set_default_timeout(15_000)
        sign_in(context.new_page(), world.daemon)
        yield context


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    """A tab of its own, signed in."""
    page = signed_in.new_page()
    yield page
    page.close()
